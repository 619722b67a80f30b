using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Projects.Scaffolding;

namespace Krait.Cli.Commands.Projects;

/// <summary>The options of `krait init`.</summary>
internal static class InitOptions
{
    public static readonly Option Name = new(
        "name",
        OptionKind.Value,
        "Give the project this name [default: that of its directory]"
    )
    {
        ValueName = "NAME",
    };
    public static readonly Option Bare = new("bare", OptionKind.Flag, "Create only `pyproject.toml`");
    public static readonly Option Package = new(
        "package",
        OptionKind.Flag,
        "Create a project that is built, as is the default"
    );
    public static readonly Option NoPackage = new(
        "no-package",
        OptionKind.Flag,
        "Create a project that is not built: a `main.py` and no build system"
    );
    public static readonly Option App = new("app", OptionKind.Flag, "Create an application, as is the default")
    {
        Aliases = ["application"],
    };
    public static readonly Option Library = new("lib", OptionKind.Flag, "Create a library") { Aliases = ["library"] };
    public static readonly Option Script = new("script", OptionKind.Flag, "Create a script with inline metadata");
    public static readonly Option Description = new("description", OptionKind.Value, "Describe the project in one line")
    {
        ValueName = "TEXT",
    };
    public static readonly Option NoDescription = new("no-description", OptionKind.Flag, "Write no description");
    public static readonly Option Vcs = new(
        "vcs",
        OptionKind.Value,
        "Create a repository, unless the directory is in one already [default: git, where it is installed]"
    )
    {
        ValueName = "VCS",
        Choices = ["git", "none"],
    };
    public static readonly Option Backend = new(
        "build-backend",
        OptionKind.Value,
        "Build the project with this backend"
    )
    {
        Default = BuildBackend.Default.Name,
        ValueName = "BACKEND",
        Choices = [.. BuildBackend.All.Select(backend => backend.Name)],
        OtherChoices = [.. BuildBackend.All.Select(backend => backend.Package)],
    };
    public static readonly Option NoReadme = new("no-readme", OptionKind.Flag, "Create no `README.md`");
    public static readonly Option AuthorFrom = new(
        "author-from",
        OptionKind.Value,
        "Take the author from the settings of Git"
    )
    {
        Default = "auto",
        ValueName = "SOURCE",
        Choices = ["auto", "git", "none"],
    };
    public static readonly Option NoPin = new("no-pin-python", OptionKind.Flag, "Create no `.python-version`")
    {
        Opposite = "pin-python",
    };
    public static readonly Option NoWorkspace = new(
        "no-workspace",
        OptionKind.Flag,
        "Create a project of its own, even below another one"
    )
    {
        Aliases = ["no-project"],
    };
    public static readonly Option Python = PipOptions.Python with
    {
        Help = "Support this version of Python and newer ones [default: the version of the first interpreter found]",
    };

    /// <summary>What other commands call the directory that this one takes as its argument.</summary>
    private static readonly Option Project = new("project", OptionKind.Value, "The directory of the project")
    {
        IsHidden = true,
        Refused = "Name the directory itself: `krait init DIR`",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        Project,
        Name,
        App,
        Library,
        Script,
        Package,
        NoPackage,
        Bare,
        Backend,
        Description,
        NoDescription,
        NoReadme,
        AuthorFrom,
        Vcs,
        NoPin,
        NoWorkspace,
        Python,
    ];

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="UsageException">It does.</exception>
    public static void CheckTogether(ParsedArguments arguments)
    {
        Option[][] pairs =
        [
            [App, Library],
            [App, Script],
            [Library, Script],
            [Library, NoPackage],
            [Package, NoPackage],
            [Package, Script],
            [Backend, NoPackage],
            [Backend, Script],
            [Description, NoDescription],
        ];
        if (Array.Find(pairs, pair => pair.All(arguments.WasGiven)) is [var first, var second])
            throw new UsageException($"`--{first.Name}` and `--{second.Name}` cannot be used together");
    }
}
