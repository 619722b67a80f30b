using Krait.Installer.Plans;
using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>What happens while a plan is carried out, in order.</summary>
public abstract record InstallEvent
{
    private InstallEvent() { }

    /// <summary>The files of a distribution are ready; nothing has changed yet.</summary>
    public sealed record Staged(WantedDistribution Distribution, int FileCount) : InstallEvent;

    /// <summary>An operation is done.</summary>
    public sealed record Done(PlannedOperation Operation) : InstallEvent;

    /// <summary>Something odd that did not stop the change.</summary>
    public sealed record Warned(Diagnostic Warning) : InstallEvent;
}
