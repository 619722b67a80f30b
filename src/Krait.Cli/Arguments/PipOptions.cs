using System.Collections.Immutable;

namespace Krait.Cli.Arguments;

/// <summary>The options that several of the `krait pip` commands share, in the groups in which they take them.</summary>
internal static class PipOptions
{
    // Where packages come from.
    public static readonly Option IndexUrl = new(
        "index-url",
        OptionKind.Value,
        "The package index to use in place of the public one"
    )
    {
        Short = 'i',
        Aliases = ["default-index", "pypi-url"],
        ValueName = "URL",
        Variable = "INDEX_URL",
    };
    public static readonly Option ExtraIndexUrl = new(
        "extra-index-url",
        OptionKind.Values,
        "A further index, asked before the default one"
    )
    {
        Aliases = ["index"],
        ValueName = "[NAME=]URL",
        Variable = "EXTRA_INDEX_URL",
    };
    public static readonly Option NoIndex = new(
        "no-index",
        OptionKind.Flag,
        "Ask no index: only --find-links and direct references"
    )
    {
        Variable = "NO_INDEX",
    };
    public static readonly Option FindLinks = new(
        "find-links",
        OptionKind.Values,
        "A folder or page with distributions"
    )
    {
        Short = 'f',
        ValueName = "PATH|URL",
        Variable = "FIND_LINKS",
        VariableSeparator = ',',
    };
    public static readonly Option IndexStrategy = new(
        "index-strategy",
        OptionKind.Value,
        "Which indexes may offer a package"
    )
    {
        ValueName = "STRATEGY",
        Choices = ["first-index", "unsafe-first-match", "unsafe-best-match"],
        Variable = "INDEX_STRATEGY",
    };
    public static readonly Option KeyringProvider = new(
        "keyring-provider",
        OptionKind.Value,
        "Where to ask for index credentials"
    )
    {
        ValueName = "PROVIDER",
        Choices = ["disabled", "subprocess", "auto", "import"],
        Variable = "KEYRING_PROVIDER",
    };
    public static ImmutableArray<Option> Indexes { get; } =
    [IndexUrl, ExtraIndexUrl, NoIndex, FindLinks, IndexStrategy, KeyringProvider];

    // Which releases are chosen.
    public static readonly Option Resolution = new(
        "resolution",
        OptionKind.Value,
        "Prefer the newest or the oldest releases"
    )
    {
        ValueName = "MODE",
        Choices = ["highest", "lowest", "lowest-direct"],
        Variable = "RESOLUTION",
    };
    public static readonly Option Prerelease = new("prerelease", OptionKind.Value, "When pre-releases may be chosen")
    {
        ValueName = "MODE",
        Choices = ["disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"],
        Variable = "PRERELEASE",
    };
    public static readonly Option PrereleasePackage = new(
        "prerelease-package",
        OptionKind.Values,
        "The same for one package"
    )
    {
        ValueName = "PACKAGE=MODE",
    };
    public static readonly Option Pre = new(
        "pre",
        OptionKind.Flag,
        "Allow pre-releases: the same as --prerelease allow"
    );
    public static readonly Option ExcludeNewer = new(
        "exclude-newer",
        OptionKind.Value,
        "Ignore files uploaded after this moment"
    )
    {
        Aliases = ["uploaded-prior-to"],
        ValueName = "DATE|DURATION",
        Variable = "EXCLUDE_NEWER",
    };
    public static readonly Option ExcludeNewerPackage = new(
        "exclude-newer-package",
        OptionKind.Values,
        "The same for one package; `false` lifts the limit"
    )
    {
        ValueName = "PACKAGE=DATE",
    };
    public static readonly Option ForkStrategy = new(
        "fork-strategy",
        OptionKind.Value,
        "Newest per Python, or as few versions as possible"
    )
    {
        ValueName = "STRATEGY",
        Choices = ["requires-python", "fewest"],
        Variable = "FORK_STRATEGY",
    };
    public static ImmutableArray<Option> Selection { get; } =
    [Resolution, Prerelease, PrereleasePackage, Pre, ExcludeNewer, ExcludeNewerPackage, ForkStrategy];

    // Upgrades, reinstallation, freshness.
    public static readonly Option Upgrade = new(
        "upgrade",
        OptionKind.Flag,
        "Take the newest releases, not those pinned or installed"
    )
    {
        Short = 'U',
        Opposite = "no-upgrade",
    };
    public static readonly Option UpgradePackage = new("upgrade-package", OptionKind.Values, "The same for one package")
    {
        Short = 'P',
        ValueName = "PACKAGE",
    };
    public static readonly Option Reinstall = new(
        "reinstall",
        OptionKind.Flag,
        "Install again what is installed already"
    )
    {
        Aliases = ["force-reinstall"],
    };
    public static readonly Option ReinstallPackage = new(
        "reinstall-package",
        OptionKind.Values,
        "The same for one package"
    )
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option Refresh = new(
        "refresh",
        OptionKind.Flag,
        "Ask the index again whatever the cache holds"
    );
    public static readonly Option RefreshPackage = new("refresh-package", OptionKind.Values, "The same for one package")
    {
        ValueName = "PACKAGE",
    };
    public static ImmutableArray<Option> Upgrades { get; } = [Upgrade, UpgradePackage];
    public static ImmutableArray<Option> Freshness { get; } = [Refresh, RefreshPackage];
    public static ImmutableArray<Option> Reinstallation { get; } = [Reinstall, ReinstallPackage];

    // Wheels and source distributions.
    public static readonly Option NoBuild = new("no-build", OptionKind.Flag, "Build no source distribution")
    {
        Opposite = "build",
    };
    public static readonly Option OnlyBinary = new(
        "only-binary",
        OptionKind.Values,
        "Use only wheels for these packages"
    )
    {
        ValueName = ":all:|:none:|PACKAGE",
        Variable = "ONLY_BINARY",
    };
    public static readonly Option NoBinary = new(
        "no-binary",
        OptionKind.Values,
        "Use only source distributions for these packages"
    )
    {
        ValueName = ":all:|:none:|PACKAGE",
        Variable = "NO_BINARY",
    };
    public static readonly Option PreferBinary = new("prefer-binary", OptionKind.Flag, "Prefer wheels")
    {
        IsHidden = true,
        Ignored = "a wheel is always preferred to a source distribution of the same version",
    };
    public static ImmutableArray<Option> Binaries { get; } = [NoBuild, OnlyBinary, NoBinary, PreferBinary];

    // Which environment.
    public static readonly Option Python = new("python", OptionKind.Value, "The interpreter or environment to work on")
    {
        Short = 'p',
        ValueName = "PYTHON",
        Variable = "PYTHON",
    };
    public static readonly Option System = new(
        "system",
        OptionKind.Flag,
        "Work on the first interpreter of PATH, not on an environment"
    )
    {
        Opposite = "no-system",
        Variable = "SYSTEM_PYTHON",
    };
    public static readonly Option BreakSystemPackages = new(
        "break-system-packages",
        OptionKind.Flag,
        "Change an interpreter that something else manages"
    )
    {
        Variable = "BREAK_SYSTEM_PACKAGES",
        Opposite = "no-break-system-packages",
    };
    public static readonly Option Target = new("target", OptionKind.Value, "Install into this plain folder")
    {
        Short = 't',
        ValueName = "DIR",
    };
    public static readonly Option Prefix = new(
        "prefix",
        OptionKind.Value,
        "Install below this folder, laid out as an installation"
    )
    {
        ValueName = "DIR",
    };
    public static ImmutableArray<Option> Environment { get; } = [Python, System, BreakSystemPackages];
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
    public static ImmutableArray<Option> Machine { get; } = [PythonVersion, PythonPlatform];

    // What to install.
    public static readonly Option Requirements = new(
        "requirements",
        OptionKind.Values,
        "Take requirements from this file"
    )
    {
        Short = 'r',
        Aliases = ["requirement"],
        ValueName = "FILE",
    };
    public static readonly Option Editable = new("editable", OptionKind.Values, "Install this project in editable mode")
    {
        Short = 'e',
        ValueName = "PATH",
    };
    public static readonly Option Constraints = new(
        "constraints",
        OptionKind.Values,
        "Limit versions as this file says"
    )
    {
        Short = 'c',
        Aliases = ["constraint"],
        ValueName = "FILE",
        Variable = "CONSTRAINT",
    };
    public static readonly Option Overrides = new(
        "overrides",
        OptionKind.Values,
        "Replace all requirements on what this file names"
    )
    {
        Aliases = ["override"],
        ValueName = "FILE",
        Variable = "OVERRIDE",
    };
    public static readonly Option Excludes = new("excludes", OptionKind.Values, "Leave out what this file names")
    {
        Aliases = ["exclude-dependencies"],
        ValueName = "FILE",
        Variable = "EXCLUDE",
    };
    public static readonly Option BuildConstraints = new(
        "build-constraints",
        OptionKind.Values,
        "Limit versions while building"
    )
    {
        Short = 'b',
        Aliases = ["build-constraint"],
        ValueName = "FILE",
        Variable = "BUILD_CONSTRAINT",
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
    public static readonly Option NoDeps = new(
        "no-deps",
        OptionKind.Flag,
        "Take the packages named and not what they depend on"
    )
    {
        Aliases = ["no-dependencies"],
    };
    public static readonly Option RequireHashes = new(
        "require-hashes",
        OptionKind.Flag,
        "Refuse what has no hash in the input"
    )
    {
        Opposite = "no-require-hashes",
        Variable = "REQUIRE_HASHES",
    };
    public static readonly Option NoVerifyHashes = new(
        "no-verify-hashes",
        OptionKind.Flag,
        "Do not check the hashes of the input"
    )
    {
        Opposite = "verify-hashes",
        Variable = "NO_VERIFY_HASHES",
    };
    public static ImmutableArray<Option> Sources { get; } =
    [Constraints, Overrides, Excludes, BuildConstraints, Extra, AllExtras, Group];
    public static ImmutableArray<Option> Hashes { get; } = [RequireHashes, NoVerifyHashes];

    // How to install.
    public static readonly Option LinkMode = new(
        "link-mode",
        OptionKind.Value,
        "How files come from the cache into the environment"
    )
    {
        ValueName = "MODE",
        Choices = ["hardlink", "copy", "symlink", "clone"],
        Variable = "LINK_MODE",
    };
    public static readonly Option CompileBytecode = new(
        "compile-bytecode",
        OptionKind.Flag,
        "Compile the installed modules"
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
    public static readonly Option Strict = new("strict", OptionKind.Flag, "Fail when the environment is not consistent")
    {
        Opposite = "no-strict",
    };
    public static readonly Option DryRun = new("dry-run", OptionKind.Flag, "Say what would be done and do nothing");
    public static readonly Option Yes = new("yes", OptionKind.Flag, "Do not ask (krait never asks)") { Short = 'y' };
    public static readonly Option Report = new(
        "report",
        OptionKind.Value,
        "Write what was resolved to this file, as pip's JSON report"
    )
    {
        ValueName = "FILE|-",
    };
    public static ImmutableArray<Option> Installing { get; } = [LinkMode, CompileBytecode, NoCompile, Strict, DryRun];
}
