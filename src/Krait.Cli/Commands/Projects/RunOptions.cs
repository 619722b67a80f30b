using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Projects;

/// <summary>The options of `krait run`.</summary>
internal static class RunOptions
{
    public static readonly Option Module = new("module", OptionKind.Flag, "Run a Python module, as `python -m` does")
    {
        Short = 'm',
    };
    public static readonly Option Script = new("script", OptionKind.Flag, "Run a Python script, whatever its name is")
    {
        Short = 's',
    };
    public static readonly Option GuiScript = new(
        "gui-script",
        OptionKind.Flag,
        "Run a Python script without a console"
    )
    {
        IsHidden = true,
    };
    public static readonly Option With = new("with", OptionKind.Values, "Add this package for this run")
    {
        Short = 'w',
        ValueName = "PACKAGE",
    };
    public static readonly Option WithEditable = new(
        "with-editable",
        OptionKind.Values,
        "Add this directory in place for this run"
    )
    {
        ValueName = "DIR",
    };
    public static readonly Option WithRequirements = new(
        "with-requirements",
        OptionKind.Values,
        "Add the packages in this file for this run"
    )
    {
        ValueName = "FILE",
    };
    public static readonly Option Isolated = new("isolated", OptionKind.Flag, "Use a new environment for this run")
    {
        Variable = "ISOLATED",
    };
    public static readonly Option Exact = new(
        "exact",
        OptionKind.Flag,
        "Remove packages that the lock file does not have"
    )
    {
        Opposite = "inexact",
    };
    public static readonly Option EnvFile = new(
        "env-file",
        OptionKind.Values,
        "Set the variables in this file; those that are set keep their values"
    )
    {
        ValueName = "FILE",
        Variable = "ENV_FILE",
    };
    public static readonly Option NoEnvFile = new("no-env-file", OptionKind.Flag, "Read no file of variables")
    {
        Variable = "NO_ENV_FILE",
    };
    public static readonly Option NoProject = new(
        "no-project",
        OptionKind.Flag,
        "Ignore the project that the directory is in"
    )
    {
        Variable = "NO_PROJECT",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        Module,
        Script,
        GuiScript,
        With,
        WithEditable,
        WithRequirements,
        EnvFile,
        NoEnvFile,
        Isolated,
        NoProject,
        Exact,
        .. ProjectOptions.Selection,
        ProjectOptions.Packages,
        ProjectOptions.AllPackages,
        ProjectOptions.Project,
        ProjectOptions.NoEditable,
        ProjectOptions.NoEditablePackage,
        .. ProjectOptions.Locking,
        ProjectOptions.NoSync,
        ProjectOptions.Active,
        ProjectOptions.NoHooks,
        .. PipOptions.Reinstallation,
        .. WorkspaceOptions.Resolving,
        PipOptions.PythonPlatform,
        PipOptions.LinkMode,
        PipOptions.CompileBytecode,
    ];
}
