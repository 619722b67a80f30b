using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options that several commands for projects share.</summary>
internal static class ProjectOptions
{
    public static readonly Option Project = new(
        "project",
        OptionKind.Value,
        "Use the project in this directory; relative paths still start from the working directory"
    )
    {
        ValueName = "DIR",
        Variable = "PROJECT",
    };
    public static readonly Option Package = new("package", OptionKind.Value, "Use this member of the workspace")
    {
        ValueName = "NAME",
    };
    public static readonly Option Packages = Package with
    {
        Kind = OptionKind.Values,
        Help = "Use these members of the workspace",
    };
    public static readonly Option AllPackages = new(
        "all-packages",
        OptionKind.Flag,
        "Use all members of the workspace"
    );
    public static readonly Option Script = new("script", OptionKind.Value, "Use this script with inline metadata")
    {
        ValueName = "FILE",
    };

    // The lock.
    public static readonly Option Locked = new("locked", OptionKind.Flag, "Fail if the lock file would have to change")
    {
        Opposite = "no-locked",
        Variable = "LOCKED",
    };
    public static readonly Option Frozen = new(
        "frozen",
        OptionKind.Flag,
        "Use the lock file as it is, without checking it"
    )
    {
        Opposite = "no-frozen",
        Variable = "FROZEN",
    };
    public static readonly Option NoSync = new("no-sync", OptionKind.Flag, "Leave the environment as it is")
    {
        Opposite = "sync",
        Variable = "NO_SYNC",
    };

    public static readonly Option NoHooks = new(
        "no-hooks",
        OptionKind.Flag,
        "Run none of the tasks in `[tool.krait.hooks]`"
    )
    {
        Variable = "NO_HOOKS",
    };

    // The environment.
    public static readonly Option Active = new(
        "active",
        OptionKind.Flag,
        "Use the active environment instead of the project's"
    )
    {
        Opposite = "no-active",
    };

    // Which requirements are meant.
    public static readonly Option Extra = new("extra", OptionKind.Values, "Include this extra") { ValueName = "EXTRA" };
    public static readonly Option AllExtras = new("all-extras", OptionKind.Flag, "Include all extras")
    {
        Opposite = "no-all-extras",
    };
    public static readonly Option NoExtra = new("no-extra", OptionKind.Values, "Leave this extra out")
    {
        ValueName = "EXTRA",
    };
    public static readonly Option Group = new("group", OptionKind.Values, "Include this dependency group")
    {
        ValueName = "GROUP",
    };
    public static readonly Option NoGroup = new("no-group", OptionKind.Values, "Leave this dependency group out")
    {
        ValueName = "GROUP",
        Variable = "NO_GROUP",
    };
    public static readonly Option OnlyGroup = new(
        "only-group",
        OptionKind.Values,
        "Include only this dependency group, without the project"
    )
    {
        ValueName = "GROUP",
    };
    public static readonly Option AllGroups = new("all-groups", OptionKind.Flag, "Include all dependency groups");
    public static readonly Option NoDefaultGroups = new(
        "no-default-groups",
        OptionKind.Flag,
        "Leave the default dependency groups out"
    )
    {
        Variable = "NO_DEFAULT_GROUPS",
    };
    public static readonly Option Dev = new("dev", OptionKind.Flag, "Include the group `dev`, as is the default")
    {
        IsHidden = true,
        Variable = "DEV",
    };
    public static readonly Option NoDev = new("no-dev", OptionKind.Flag, "Leave the group `dev` out")
    {
        Variable = "NO_DEV",
    };
    public static readonly Option OnlyDev = new(
        "only-dev",
        OptionKind.Flag,
        "Include only the group `dev`, without the project"
    );

    // How members are installed.
    public static readonly Option NoEditable = new(
        "no-editable",
        OptionKind.Flag,
        "Install the project and local packages as copies"
    )
    {
        Opposite = "editable",
        Variable = "NO_EDITABLE",
    };
    public static readonly Option NoEditablePackage = new(
        "no-editable-package",
        OptionKind.Values,
        "Install this local package as a copy"
    )
    {
        ValueName = "PACKAGE",
    };

    /// <summary>Which extras and groups are meant.</summary>
    public static ImmutableArray<Option> Selection { get; } =
    [Extra, AllExtras, NoExtra, Dev, NoDev, OnlyDev, Group, NoGroup, NoDefaultGroups, OnlyGroup, AllGroups];

    /// <summary>How the lock is used.</summary>
    public static ImmutableArray<Option> Locking { get; } = [Locked, Frozen];
}
