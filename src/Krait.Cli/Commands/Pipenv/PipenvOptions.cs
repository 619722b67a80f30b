using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>The options of `krait pipenv`, in pipenv's spelling.</summary>
internal static class PipenvOptions
{
    public static readonly Option Python = PipOptions.Python with
    {
        Help = "Create the environment with this interpreter or version",
    };
    public static readonly Option Mirror = new(
        "pypi-mirror",
        OptionKind.Value,
        "Use this mirror in place of the public index"
    )
    {
        ValueName = "URL",
    };
    public static readonly Option Dev = new("dev", OptionKind.Flag, "Use the development packages, too")
    {
        Short = 'd',
    };
    public static readonly Option Categories = new(
        "categories",
        OptionKind.Values,
        "Use these categories of the Pipfile"
    )
    {
        ValueName = "NAMES",
    };
    public static readonly Option Deploy = new("deploy", OptionKind.Flag, "Fail if the lock file is out of date");
    public static readonly Option IgnorePipfile = new(
        "ignore-pipfile",
        OptionKind.Flag,
        "Install from the lock file, whatever the Pipfile says"
    );
    public static readonly Option SkipLock = new(
        "skip-lock",
        OptionKind.Flag,
        "Do not lock: install what the Pipfile allows today"
    );
    public static readonly Option KeepOutdated = new(
        "keep-outdated",
        OptionKind.Flag,
        "Keep locked versions wherever they still fit"
    );
    public static readonly Option LockOnly = new(
        "lock-only",
        OptionKind.Flag,
        "Change the lock file only, not the environment"
    );
    public static readonly Option DryRun = new(
        "dry-run",
        OptionKind.Flag,
        "Show what would change, and change nothing"
    );
    public static readonly Option Outdated = new(
        "outdated",
        OptionKind.Flag,
        "List what a lock would change, and change nothing"
    );
    public static readonly Option AllDev = new("all-dev", OptionKind.Flag, "Remove all development packages");
    public static readonly Option All = new(
        "all",
        OptionKind.Flag,
        "Remove all packages from the environment, not from the Pipfile"
    );
    public static readonly Option Import = new(
        "requirements",
        OptionKind.Value,
        "Import this requirements file into the Pipfile"
    )
    {
        Short = 'r',
        ValueName = "FILE",
    };
    public static readonly Option Editable = PipOptions.Editable;
    public static readonly Option Index = new(
        "index",
        OptionKind.Value,
        "Take the packages from this source of the Pipfile"
    )
    {
        Short = 'i',
        ValueName = "NAME",
    };
    public static readonly Option Pre = SelectionOptions.Pre;
    public static readonly Option DevOnly = new("dev-only", OptionKind.Flag, "Only the development packages");
    public static readonly Option Hash = new("hash", OptionKind.Flag, "Print hashes");
    public static readonly Option ExcludeMarkers = new("exclude-markers", OptionKind.Flag, "Leave out markers");
    public static readonly Option ExcludeIndex = new("exclude-index", OptionKind.Flag, "Leave out the indexes");
    public static readonly Option FromPipfile = new(
        "from-pipfile",
        OptionKind.Flag,
        "Only packages that the Pipfile names"
    );
    public static readonly Option Bare = new("bare", OptionKind.Flag, "Print less");
    public static readonly Option Json = new("json", OptionKind.Flag, "Print JSON: a list of packages");
    public static readonly Option JsonTree = new("json-tree", OptionKind.Flag, "Print JSON: a tree of packages");
    public static readonly Option Reverse = new("reverse", OptionKind.Flag, "Show what requires each package");

    /// <summary>The options of all commands that resolve or install.</summary>
    public static ImmutableArray<Option> Common { get; } =
    [
        Python,
        Mirror,
        Dev,
        Categories,
        Pre,
        .. PipOptions.Freshness,
        SelectionOptions.ExcludeNewer,
        SelectionOptions.ExcludeNewerPackage,
        PipOptions.LinkMode,
    ];
}
