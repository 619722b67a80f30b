using Krait.Cli.Rendering;
using Krait.Projects.Inputs;

namespace Krait.Cli;

/// <summary>The outside world of one run: made once in `Main`; libraries receive the parts they need, never the whole.</summary>
/// <param name="Terminal">The console.</param>
/// <param name="Variables">The environment variables of the process.</param>
/// <param name="WorkingFolder">The folder that relative paths start from.</param>
/// <param name="Clock">The source of time.</param>
internal sealed record KraitContext(
    Terminal Terminal,
    IReadOnlyDictionary<string, string> Variables,
    string WorkingFolder,
    TimeProvider Clock
)
{
    /// <summary>The settings that hold in the working folder; null where there are none.</summary>
    public ProjectSettings? Settings { get; init; }
}
