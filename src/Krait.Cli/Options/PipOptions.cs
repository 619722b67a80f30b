using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options that several of the `krait pip` commands share, in the groups in which they take them.</summary>
internal static class PipOptions
{
    // Upgrades, reinstallation, freshness.
    public static readonly Option Upgrade = new(
        "upgrade",
        OptionKind.Flag,
        "Upgrade to the newest versions, ignoring pinned and installed ones"
    )
    {
        Short = 'U',
        Opposite = "no-upgrade",
    };
    public static readonly Option UpgradePackage = new("upgrade-package", OptionKind.Values, "Upgrade one package")
    {
        Short = 'P',
        ValueName = "PACKAGE",
    };
    public static readonly Option UpgradeGroup = new(
        "upgrade-group",
        OptionKind.Values,
        "Upgrade the packages of a dependency group"
    )
    {
        ValueName = "[PATH:]NAME",
    };
    public static readonly Option UpgradeStrategy = new(
        "upgrade-strategy",
        OptionKind.Value,
        "Choose whether --upgrade also upgrades dependencies"
    )
    {
        Default = "eager",
        ValueName = "STRATEGY",
        Choices = ["eager", "only-if-needed"],
    };
    public static readonly Option Reinstall = new(
        "reinstall",
        OptionKind.Flag,
        "Reinstall packages that are already installed"
    )
    {
        Aliases = ["force-reinstall"],
    };
    public static readonly Option ReinstallPackage = new(
        "reinstall-package",
        OptionKind.Values,
        "Reinstall one package"
    )
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option IgnoreInstalled = new(
        "ignore-installed",
        OptionKind.Flag,
        "Ignore installed packages, and install everything again"
    )
    {
        Short = 'I',
    };
    public static readonly Option Refresh = new(
        "refresh",
        OptionKind.Flag,
        "Check the index again for everything in the cache"
    );
    public static readonly Option RefreshPackage = new(
        "refresh-package",
        OptionKind.Values,
        "Check the index again for these packages"
    )
    {
        ValueName = ":all:|:none:|PACKAGES",
    };
    public static ImmutableArray<Option> Upgrades { get; } = [Upgrade, UpgradePackage, UpgradeGroup];
    public static readonly Option FreshnessMode = new(
        "freshness",
        OptionKind.Value,
        "Choose when the index is asked about cached packages: `always`; when its caching `headers` say so; or so, but never for pins"
    )
    {
        Default = "pinned",
        ValueName = "MODE",
        Choices = ["always", "headers", "pinned"],
        Variable = "FRESHNESS",
    };
    public static readonly Option RemovalCheck = new(
        "removal-check",
        OptionKind.Value,
        "Ask the index whether pinned versions were withdrawn, and warn or refuse"
    )
    {
        Default = "off",
        ValueName = "MODE",
        Choices = ["off", "warn", "refuse"],
        Variable = "REMOVAL_CHECK",
    };
    public static readonly Option NoRemovalCheck = new(
        "no-removal-check",
        OptionKind.Flag,
        "Do not ask whether pinned versions were withdrawn, as --removal-check off"
    );
    public static ImmutableArray<Option> Removals { get; } = [RemovalCheck, NoRemovalCheck];
    public static ImmutableArray<Option> Freshness { get; } = [Refresh, RefreshPackage, FreshnessMode];
    public static ImmutableArray<Option> Reinstallation { get; } = [Reinstall, ReinstallPackage];

    // Wheels and source distributions.
    public static readonly Option NoBuild = new("no-build", OptionKind.Flag, "Refuse to build source distributions")
    {
        Variable = "NO_BUILD",
        Opposite = "build",
    };
    public static readonly Option OnlyBinary = new(
        "only-binary",
        OptionKind.Values,
        "Use only wheels for these packages"
    )
    {
        Aliases = ["no-build-package"],
        HasUvVariable = false,
        OtherVariables = ["UV_NO_BUILD_PACKAGE"],
        ValueName = ":all:|:none:|PACKAGE",
        Variable = "ONLY_BINARY",
    };
    public static readonly Option NoBinary = new(
        "no-binary",
        OptionKind.Values,
        "Use only source distributions for these packages"
    )
    {
        Aliases = ["no-binary-package"],
        OtherVariables = ["UV_NO_BINARY_PACKAGE"],
        ValueName = ":all:|:none:|PACKAGE",
        Variable = "NO_BINARY",
    };
    public static ImmutableArray<Option> Binaries { get; } = [NoBuild, OnlyBinary, NoBinary, .. BuildOptions.All];

    // Which environment.
    public static readonly Option Python = new("python", OptionKind.Value, "Use this interpreter or environment")
    {
        Content = OptionContent.Interpreter,
        Short = 'p',
        ValueName = "PYTHON",
        Variable = "PYTHON",
    };
    public static readonly Option PythonExecutable = new(
        "python-executable",
        OptionKind.Value,
        "The same as --python (pip-sync's spelling)"
    )
    {
        Content = OptionContent.Interpreter,
        IsHidden = true,
    };
    public static readonly Option System = new(
        "system",
        OptionKind.Flag,
        "Use the first interpreter on PATH instead of an environment"
    )
    {
        Opposite = "no-system",
        Variable = "SYSTEM_PYTHON",
    };
    public static readonly Option BreakSystemPackages = new(
        "break-system-packages",
        OptionKind.Flag,
        "Allow changes to an interpreter managed by the system"
    )
    {
        Variable = "BREAK_SYSTEM_PACKAGES",
        Opposite = "no-break-system-packages",
    };
    public static readonly Option Target = new("target", OptionKind.Value, "Install into this plain directory")
    {
        Content = OptionContent.Path,
        Short = 't',
        ValueName = "DIR",
    };
    public static readonly Option Prefix = new(
        "prefix",
        OptionKind.Value,
        "Install below this directory, laid out as an installation"
    )
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
    };
    public static ImmutableArray<Option> Environment { get; } =
    [Python, System, BreakSystemPackages, GlobalOptions.Isolated, ForeignOptions.Project];
    public static readonly Option Root = new("root", OptionKind.Value, "Put this directory before every path")
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
    };
    public static ImmutableArray<Option> Folders { get; } = [Target, Prefix];

    // Another machine.
    public static readonly Option PythonVersion = new(
        "python-version",
        OptionKind.Value,
        "Resolve for this version of Python"
    )
    {
        ValueName = "VERSION",
    };
    public static readonly Option PythonPlatform = new("python-platform", OptionKind.Value, "Resolve for this platform")
    {
        ValueName = "PLATFORM",
    };
    public static readonly Option Platform = new(
        "platform",
        OptionKind.Values,
        "Install wheels with this platform tag (as in pip)"
    )
    {
        ValueName = "TAG",
    };
    public static readonly Option Abi = new("abi", OptionKind.Values, "Install wheels with this ABI tag")
    {
        ValueName = "TAG",
    };
    public static readonly Option Implementation = new(
        "implementation",
        OptionKind.Value,
        "Install wheels for this implementation of Python"
    )
    {
        ValueName = "cp|pp|py",
    };
    public static ImmutableArray<Option> Machine { get; } = [PythonVersion, PythonPlatform];
    public static ImmutableArray<Option> Tags { get; } = [Platform, Abi, Implementation];

    // What to install.
    public static readonly Option Requirements = new(
        "requirements",
        OptionKind.Values,
        "Read requirements from this file"
    )
    {
        Content = OptionContent.Path,
        Short = 'r',
        Aliases = ["requirement"],
        ValueName = "FILE",
    };
    public static readonly Option Editable = new("editable", OptionKind.Values, "Install this project in editable mode")
    {
        Content = OptionContent.Path,
        Short = 'e',
        ValueName = "PATH",
    };
    public static readonly Option NoEditable = new(
        "no-editable",
        OptionKind.Flag,
        "Install editable projects as ordinary copies"
    )
    {
        Variable = "NO_EDITABLE",
    };
    public static readonly Option NoEditablePackage = new(
        "no-editable-package",
        OptionKind.Values,
        "Install one editable project as an ordinary copy"
    )
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option Constraints = new(
        "constraints",
        OptionKind.Values,
        "Constrain versions to those allowed by this file"
    )
    {
        Content = OptionContent.Path,
        Short = 'c',
        Aliases = ["constraint"],
        ValueName = "FILE",
        Variable = "CONSTRAINT",
    };
    public static readonly Option Overrides = new(
        "overrides",
        OptionKind.Values,
        "Replace all requirements on the packages in this file"
    )
    {
        Content = OptionContent.Path,
        Aliases = ["override"],
        ValueName = "FILE",
        Variable = "OVERRIDE",
    };
    public static readonly Option Excludes = new("excludes", OptionKind.Values, "Leave out the packages in this file")
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
        Variable = "EXCLUDE",
    };
    public static readonly Option Extra = new("extra", OptionKind.Values, "Include this extra of a project file")
    {
        ValueName = "NAME",
    };
    public static readonly Option AllExtras = new("all-extras", OptionKind.Flag, "Include all extras of a project file")
    {
        Opposite = "no-all-extras",
    };
    public static readonly Option Group = new("group", OptionKind.Values, "Include this dependency group")
    {
        ValueName = "[PATH:]NAME",
    };
    public static readonly Option Script = new(
        "requirements-from-script",
        OptionKind.Values,
        "Take requirements from the inline metadata of this script"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };
    public static readonly Option OnlyDeps = new(
        "only-deps",
        OptionKind.Flag,
        "Take the dependencies of the named packages, without the packages"
    )
    {
        Aliases = ["only-dependencies"],
    };
    public static readonly Option NoSources = new(
        "no-sources",
        OptionKind.Flag,
        "Ignore the project's table of sources"
    )
    {
        Variable = "NO_SOURCES",
    };
    public static readonly Option NoSourcesPackage = new(
        "no-sources-package",
        OptionKind.Values,
        "Ignore the project's table of sources for one package"
    )
    {
        Variable = "NO_SOURCES_PACKAGE",
        ValueName = "PACKAGE",
    };
    public static readonly Option RequireComplete = new(
        "require-complete",
        OptionKind.Value,
        "Fail if the pins lack a dependency, and blame this file for it"
    )
    {
        ValueName = "FILE",
        IsHidden = true,
    };
    public static readonly Option NoDeps = new(
        "no-deps",
        OptionKind.Flag,
        "Take the named packages without their dependencies"
    )
    {
        Aliases = ["no-dependencies"],
    };
    public static readonly Option RequireHashes = new(
        "require-hashes",
        OptionKind.Flag,
        "Refuse requirements without a hash"
    )
    {
        Opposite = "no-require-hashes",
        Variable = "REQUIRE_HASHES",
    };
    public static readonly Option NoVerifyHashes = new(
        "no-verify-hashes",
        OptionKind.Flag,
        "Do not check the hashes of requirements"
    )
    {
        Opposite = "verify-hashes",
        Variable = "NO_VERIFY_HASHES",
    };
    public static ImmutableArray<Option> Sources { get; } =
    [Constraints, Overrides, Excludes, Extra, AllExtras, Group, NoSources, NoSourcesPackage];
    public static ImmutableArray<Option> Hashes { get; } = [RequireHashes, NoVerifyHashes];

    // How to install.
    public static readonly Option LinkMode = new(
        "link-mode",
        OptionKind.Value,
        "Choose how files get from the cache into the environment"
    )
    {
        Default = "hardlink",
        ValueName = "MODE",
        Choices = ["hardlink", "copy", "clone", "symlink"],
        Variable = "LINK_MODE",
    };
    public static readonly Option CompileBytecode = new(
        "compile-bytecode",
        OptionKind.Flag,
        "Compile installed modules to bytecode"
    )
    {
        Aliases = ["compile"],
        Opposite = "no-compile-bytecode",
        Variable = "COMPILE_BYTECODE",
    };
    public static readonly Option NoCompile = new(
        "no-compile",
        OptionKind.Flag,
        "Do not compile the installed modules (the default)"
    )
    {
        IsHidden = true,
    };
    public static readonly Option Strict = new("strict", OptionKind.Flag, "Fail if the environment is inconsistent")
    {
        Opposite = "no-strict",
    };
    public static readonly Option StrictFiles = new(
        "strict-files",
        OptionKind.Flag,
        "Fail if a package would replace a different file of another package"
    )
    {
        HasUvVariable = false,
        Variable = "STRICT_FILES",
    };
    public static readonly Option StrictRecord = new(
        "strict-record",
        OptionKind.Flag,
        "Fail if the RECORD of a wheel does not match its files"
    )
    {
        HasUvVariable = false,
        Variable = "STRICT_RECORD",
    };
    public static readonly Option DryRun = new(
        "dry-run",
        OptionKind.Flag,
        "Show what would change without changing it"
    );
    public static readonly Option DryRunOfTools = DryRun with { Short = 'n' };
    public static readonly Option Check = new(
        "check",
        OptionKind.Flag,
        "Change nothing, and fail if there is something to change"
    );
    public static readonly Option OutputFormat = new(
        "output-format",
        OptionKind.Value,
        "Write the changes to standard output as JSON"
    )
    {
        Default = "text",
        Choices = ["text", "json"],
    };
    public static readonly Option ProgressBar = new(
        "progress-bar",
        OptionKind.Value,
        "Choose whether progress is shown"
    )
    {
        Choices = ["auto", "on", "off", "raw"],
        IsHidden = true,
    };
    public static readonly Option Yes = new("yes", OptionKind.Flag, "Skip confirmation (uninstalling never asks)")
    {
        Short = 'y',
    };
    public static readonly Option Report = new(
        "report",
        OptionKind.Value,
        "Write the resolution to this file, as pip's JSON report"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE|-",
    };
    public static ImmutableArray<Option> Installing { get; } =
    [LinkMode, CompileBytecode, NoCompile, Strict, StrictFiles, StrictRecord, DryRun, Check, ProgressBar, OutputFormat];
}
