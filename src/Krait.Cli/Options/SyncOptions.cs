using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of `krait pip sync`.</summary>
internal static class SyncOptions
{
    public static readonly Option AllowEmpty = new(
        "allow-empty-requirements",
        OptionKind.Flag,
        "Allow empty files, which remove every package"
    )
    {
        Opposite = "no-allow-empty-requirements",
    };

    public static readonly Option Force = new(
        "force",
        OptionKind.Flag,
        "Take sources (`*.in`) too, and of two different lines on a package the last"
    );
    public static readonly Option Ask = new(
        "ask",
        OptionKind.Flag,
        "Show what would change, and ask before changing it"
    )
    {
        Short = 'a',
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All =>
        [
            AllowEmpty,
            Force,
            Ask,
            PipOptions.Constraints,
            PipOptions.Extra,
            PipOptions.AllExtras,
            PipOptions.Group,
            .. PipOptions.Reinstallation,
            .. PipOptions.Freshness,
            .. PipOptions.Removals,
            .. IndexOptions.All,
            SelectionOptions.ExcludeNewer,
            SelectionOptions.ExcludeNewerPackage,
            SelectionOptions.TorchBackend,
            .. PipOptions.Binaries,
            PipOptions.NoSources,
            PipOptions.NoSourcesPackage,
            .. PipOptions.Hashes,
            .. PipOptions.Environment,
            PipOptions.PythonExecutable,
            .. PipOptions.Folders,
            .. PipOptions.Machine,
            .. PipOptions.Installing.Remove(PipOptions.DryRun),
            PipOptions.DryRunOfTools,
            CompileOptions.PipArguments,
            CompileOptions.Config,
            .. ForeignOptions.Sync,
        ];
}
