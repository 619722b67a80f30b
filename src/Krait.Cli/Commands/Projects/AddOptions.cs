using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Projects;

/// <summary>The options of `krait add` and `krait remove`.</summary>
internal static class AddOptions
{
    public static readonly Option Requirements = PipOptions.Requirements with
    {
        Help = "Add the requirements in this file",
    };
    public static readonly Option Constraints = PipOptions.Constraints with
    {
        Help = "Limit versions to those in this file while choosing; it is not recorded",
    };
    public static readonly Option Marker = new(
        "marker",
        OptionKind.Value,
        "Require the packages only where this marker holds"
    )
    {
        Short = 'm',
        ValueName = "MARKER",
    };
    public static readonly Option Dev = new("dev", OptionKind.Flag, "Use the group `dev`");
    public static readonly Option Optional = new("optional", OptionKind.Value, "Use this extra of the project")
    {
        ValueName = "EXTRA",
    };
    public static readonly Option Group = new("group", OptionKind.Value, "Use this dependency group")
    {
        ValueName = "GROUP",
    };
    public static readonly Option Editable = new("editable", OptionKind.Flag, "Install directories in place")
    {
        Opposite = "no-editable",
    };
    public static readonly Option Raw = new(
        "raw",
        OptionKind.Flag,
        "Write requirements as they are given, without sources and bounds"
    )
    {
        Aliases = ["raw-sources"],
    };
    public static readonly Option Bounds = new(
        "bounds",
        OptionKind.Value,
        "Bounds of requirements that state no version"
    )
    {
        Aliases = ["add-bounds"],
        Default = "lower",
        ValueName = "KIND",
        Choices = ["lower", "major", "minor", "exact"],
    };
    public static readonly Option Rev = new("rev", OptionKind.Value, "Use this commit of a Git repository")
    {
        ValueName = "COMMIT",
    };
    public static readonly Option Tag = new("tag", OptionKind.Value, "Use this tag of a Git repository")
    {
        ValueName = "TAG",
    };
    public static readonly Option Branch = new("branch", OptionKind.Value, "Use this branch of a Git repository")
    {
        ValueName = "BRANCH",
    };
    public static readonly Option Lfs = new("lfs", OptionKind.Flag, "Fetch the large files of a Git repository (LFS)")
    {
        Opposite = "no-lfs",
    };
    public static readonly Option Extra = new("extra", OptionKind.Values, "Require this extra of the packages")
    {
        ValueName = "EXTRA",
    };
    public static readonly Option InWorkspace = new(
        "workspace",
        OptionKind.Flag,
        "Make directories members of the workspace, as is the default for those below its root"
    );
    public static readonly Option NoWorkspace = new(
        "no-workspace",
        OptionKind.Flag,
        "Do not make directories members of the workspace"
    );

    /// <summary>Where requirements are listed.</summary>
    public static ImmutableArray<Option> Places { get; } =
    [Dev, Optional, Group, ProjectOptions.Package, ProjectOptions.Script, ProjectOptions.Project];

    /// <summary>What is said about the requirements to add.</summary>
    public static ImmutableArray<Option> Adding { get; } =
    [
        Requirements,
        Constraints,
        Marker,
        Extra,
        Bounds,
        Raw,
        Editable,
        Rev,
        Tag,
        Branch,
        Lfs,
        InWorkspace,
        NoWorkspace,
        WorkspaceOptions.NoInstallProject,
        WorkspaceOptions.NoInstallWorkspace,
        WorkspaceOptions.NoInstallLocal,
        WorkspaceOptions.NoInstallPackage,
    ];
}
