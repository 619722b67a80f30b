using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Installer.Execution;
using Krait.Packaging.Names;

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

    /// <summary>Whose files `pip` commands fetch again, whatever the cache has; null for none. Without a network, the cache is all there is.</summary>
    /// <exception cref="Packaging.Text.KraitException">A name is not valid (unusable input).</exception>
    public static Predicate<PackageName>? Refetched(ParsedArguments arguments)
    {
        if (arguments.IsOn(GlobalOptions.Offline))
            return null;
        if (arguments.IsOn(PipOptions.Reinstall))
            return static _ => true;
        var names = arguments.Values(PipOptions.ReinstallPackage).Select(NameLists.ParseName).ToHashSet();
        return names.Count == 0 ? null : names.Contains;
    }

    /// <summary>Whether nothing is to be changed.</summary>
    public static bool IsDryRun(ParsedArguments arguments) =>
        arguments.IsOn(PipOptions.DryRun)
        || arguments.IsOn(PipOptions.DryRunOfTools)
        || arguments.IsOn(PipOptions.Check);

    /// <summary>Whether progress is shown.</summary>
    public static bool ShowsProgress(ParsedArguments arguments) =>
        !arguments.IsOn(GlobalOptions.NoProgress) && arguments.Value(PipOptions.ProgressBar) is not "off";
}
