using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of the commands that lock a workspace and bring its environment to what is locked.</summary>
internal static class WorkspaceOptions
{
    public static readonly Option Inexact = new(
        "inexact",
        OptionKind.Flag,
        "Keep installed packages that the lock file does not have"
    )
    {
        Opposite = "exact",
    };
    public static readonly Option NoInstallProject = Omission("no-install-project", "Leave the project itself out");
    public static readonly Option NoInstallWorkspace = Omission(
        "no-install-workspace",
        "Leave all members of the workspace out"
    );
    public static readonly Option NoInstallLocal = Omission(
        "no-install-local",
        "Leave out everything that comes from a local path"
    );
    public static readonly Option NoInstallPackage = new(
        "no-install-package",
        OptionKind.Values,
        "Leave this package out"
    )
    {
        ValueName = "PACKAGE",
        Variable = "NO_INSTALL_PACKAGE",
    };
    public static readonly Option OnlyInstallProject = Only("only-install-project", "Install only the project itself");
    public static readonly Option OnlyInstallWorkspace = Only(
        "only-install-workspace",
        "Install only the members of the workspace"
    );
    public static readonly Option OnlyInstallLocal = Only(
        "only-install-local",
        "Install only what comes from a local path"
    );
    public static readonly Option OnlyInstallPackage = new(
        "only-install-package",
        OptionKind.Values,
        "Install only this package"
    )
    {
        ValueName = "PACKAGE",
        IsHidden = true,
    };
    public static readonly Option CheckLock = new(
        "check",
        OptionKind.Flag,
        "Fail if the lock file is not up to date, and change nothing"
    )
    {
        Aliases = ["locked"],
        Variable = "LOCKED",
    };
    public static readonly Option CheckExists = new(
        "check-exists",
        OptionKind.Flag,
        "Fail if there is no lock file, and do not check what is in it"
    )
    {
        Aliases = ["frozen"],
        Variable = "FROZEN",
    };
    public static readonly Option CheckEnvironment = new(
        "check",
        OptionKind.Flag,
        "Fail if the environment is not what the lock file says, and change nothing"
    );

    /// <summary>How versions are chosen.</summary>
    public static ImmutableArray<Option> Resolving { get; } =
    [
        .. PipOptions.Upgrades,
        .. PipOptions.Freshness,
        .. IndexOptions.All,
        .. SelectionOptions.All,
        .. PipOptions.Binaries,
        PipOptions.NoSources,
        PipOptions.NoSourcesPackage,
        PipOptions.Python,
    ];

    /// <summary>What is left out of the environment.</summary>
    public static ImmutableArray<Option> Omissions { get; } =
    [
        NoInstallProject,
        NoInstallWorkspace,
        NoInstallLocal,
        NoInstallPackage,
        OnlyInstallProject,
        OnlyInstallWorkspace,
        OnlyInstallLocal,
        OnlyInstallPackage,
    ];

    private static Option Omission(string name, string help) =>
        new(name, OptionKind.Flag, help) { Variable = name.ToUpperInvariant().Replace('-', '_') };

    private static Option Only(string name, string help) => new(name, OptionKind.Flag, help) { IsHidden = true };
}
