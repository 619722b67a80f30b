using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Installer.Execution;

namespace Krait.Cli.Runs;

/// <summary>Turns the options on installing into a request.</summary>
internal static class InstallArguments
{
    /// <summary>How files come into the environment.</summary>
    public static InstallOptions Options(ParsedArguments arguments) =>
        new()
        {
            LinkMode = arguments.Value(PipOptions.LinkMode)?.ToLowerInvariant() switch
            {
                "copy" => LinkMode.Copy,
                "clone" => LinkMode.Clone,
                "symlink" => LinkMode.Symlink,
                _ => LinkMode.HardLink,
            },
            RequiresOwnFiles = arguments.IsOn(PipOptions.StrictFiles),
            CompilesBytecode = arguments.IsOn(PipOptions.CompileBytecode) && !arguments.IsOn(PipOptions.NoCompile),
        };

    /// <summary>Whether nothing is to be changed.</summary>
    public static bool IsDryRun(ParsedArguments arguments) =>
        arguments.IsOn(PipOptions.DryRun)
        || arguments.IsOn(PipOptions.DryRunOfTools)
        || arguments.IsOn(PipOptions.Check);

    /// <summary>Whether progress is shown.</summary>
    public static bool ShowsProgress(ParsedArguments arguments) =>
        !arguments.IsOn(GlobalOptions.NoProgress) && arguments.Value(PipOptions.ProgressBar) is not "off";
}
