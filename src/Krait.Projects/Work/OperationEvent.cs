using Krait.Build.Building;
using Krait.Index.Downloads;
using Krait.Packaging.Text;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Work;

/// <summary>What happens while an operation runs, in order.</summary>
public abstract record OperationEvent
{
    private OperationEvent() { }

    /// <summary>Versions are being chosen, and a package is looked up; null at the start.</summary>
    public sealed record Resolving(string? Package) : OperationEvent;

    /// <summary>Versions were chosen.</summary>
    public sealed record Resolved(int Packages, TimeSpan Time) : OperationEvent;

    /// <summary>Files are about to be fetched.</summary>
    public sealed record Preparing(int Wheels, long Bytes) : OperationEvent;

    /// <summary>A file is on its way.</summary>
    public sealed record Download(DownloadEvent Event) : OperationEvent;

    /// <summary>A build goes on.</summary>
    public sealed record Building(BuildEvent Event) : OperationEvent;

    /// <summary>Missing wheels are in the store.</summary>
    public sealed record Prepared(int Wheels, TimeSpan Time) : OperationEvent;

    /// <summary>The environment was changed.</summary>
    public sealed record Changed(int Removed, int Installed, TimeSpan Time) : OperationEvent;

    /// <summary>Entries of a page cannot be used; only a curious user wants to know which.</summary>
    public sealed record Skipped(IndexedPage Page) : OperationEvent;

    /// <summary>Something is odd.</summary>
    public sealed record Warned(Diagnostic Warning) : OperationEvent;

    /// <summary>Something was done that only a curious user wants to know.</summary>
    public sealed record Noted(string Text) : OperationEvent;
}
