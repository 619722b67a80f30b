using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Projects;

/// <summary>The options of the commands that change a manifest, then its lock and its environment.</summary>
internal static class ManifestChangeOptions
{
    public static readonly Option Frozen = ProjectOptions.Frozen with
    {
        Help = "Change only the manifest: neither the lock file nor the environment",
    };
    public static readonly Option NoSync = ProjectOptions.NoSync with
    {
        Help = "Change the manifest and the lock file, and leave the environment as it is",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        ProjectOptions.Locked,
        Frozen,
        NoSync,
        ProjectOptions.Active,
        ProjectOptions.NoHooks,
        PipOptions.Python,
        .. PipOptions.Upgrades,
        .. PipOptions.Reinstallation,
        .. PipOptions.Freshness,
        .. IndexOptions.All,
        .. SelectionOptions.All,
        .. PipOptions.Binaries,
        PipOptions.LinkMode,
        PipOptions.CompileBytecode,
        PipOptions.NoSources,
        PipOptions.NoSourcesPackage,
    ];

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="UsageException">It does.</exception>
    public static void CheckTogether(ParsedArguments arguments)
    {
        if (arguments.WasGiven(ProjectOptions.Locked) && arguments.WasGiven(Frozen))
            throw new UsageException("`--locked` and `--frozen` cannot be used together");
    }
}
