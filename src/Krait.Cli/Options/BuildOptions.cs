using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options on how sources are built.</summary>
internal static class BuildOptions
{
    public static readonly Option Constraints = new(
        "build-constraints",
        OptionKind.Values,
        "Constrain the versions in build environments to those allowed by this file"
    )
    {
        Short = 'b',
        Aliases = ["build-constraint"],
        ValueName = "FILE",
        Content = OptionContent.Path,
        Variable = "BUILD_CONSTRAINT",
    };
    public static readonly Option Settings = new(
        "config-settings",
        OptionKind.Values,
        "Hand this setting to build backends"
    )
    {
        Short = 'C',
        Aliases = ["config-setting"],
        ValueName = "KEY=VALUE",
    };
    public static readonly Option PackageSettings = new(
        "config-settings-package",
        OptionKind.Values,
        "Hand a setting to the build backend of one package"
    )
    {
        Aliases = ["config-setting-package"],
        ValueName = "PACKAGE:KEY=VALUE",
    };
    public static readonly Option NoIsolation = new(
        "no-build-isolation",
        OptionKind.Flag,
        "Build in the environment as it is, after everything else is installed"
    )
    {
        Opposite = "build-isolation",
        Variable = "NO_BUILD_ISOLATION",
    };
    public static readonly Option NoIsolationPackage = new(
        "no-build-isolation-package",
        OptionKind.Values,
        "Build one package in the environment as it is"
    )
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option CheckDependencies = new(
        "check-build-dependencies",
        OptionKind.Flag,
        "Check that the environment has what a build that is not isolated needs"
    );

    public static ImmutableArray<Option> All { get; } =
    [
        Constraints,
        Settings,
        PackageSettings,
        NoIsolation,
        NoIsolationPackage,
        CheckDependencies,
        new Option("require-build-hashes", OptionKind.Flag, "files are checked against the hashes of their index")
        {
            IsHidden = true,
            Ignored = "what builds need is checked against the hashes that the index states",
            Opposite = "no-require-build-hashes",
        },
        new Option("use-pep517", OptionKind.Flag, "nothing else is supported") { IsHidden = true },
        new Option("prefer-binary", OptionKind.Flag, "a version with a wheel goes before one without")
        {
            IsHidden = true,
            Ignored = "the newest version is chosen; `--only-binary` keeps to wheels",
        },
    ];
}
