using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait tree`: who requires whom in the lock.</summary>
internal static class TreeCommand
{
    private static readonly Option Universal = new("universal", OptionKind.Flag, "Show the packages of all platforms");
    private static readonly Option Format = new("format", OptionKind.Value, "Print text or JSON")
    {
        Default = "text",
        Choices = ["text", "json"],
        Aliases = ["output-format"],
    };
    private static readonly Option ShowSizes = new(
        "show-sizes",
        OptionKind.Flag,
        "Show the size of each package's wheel"
    );

    public static Command Command { get; } =
        new("tree", "Show the locked packages as a tree of dependencies")
        {
            Options = () =>
                [
                    Universal,
                    Format,
                    .. TreeOptions.All,
                    ShowSizes,
                    .. ProjectOptions.Selection.Where(option =>
                        option.Name is not ("extra" or "all-extras" or "no-extra")
                    ),
                    .. ProjectOptions.Locking,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    .. PipOptions.Machine,
                    .. WorkspaceOptions.Resolving,
                    PipOptions.LinkMode,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        ScriptPlace.RefuseProjectOptions(arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        using var project = await ProjectRun.OpenAsync(
            context,
            arguments,
            run,
            changes: ProjectRun.UseOf(arguments) == LockUse.Update,
            cancellationToken
        );
        var request = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var workspace = project.Workspace;
        var units = new LockUnits(workspace);
        var wanted = SelectionArguments.Create(arguments) with
        {
            Packages = [],
            AllPackages = IsAll(workspace),
            AllExtras = true,
        };
        var selection = ProjectSelection.Choose(workspace, units, wanted);
        var bench = await project.CreateBenchAsync(request, cancellationToken);
        var answer = await new LockOperation(bench).RunAsync(request, isDryRun: !project.KeepsLock, cancellationToken);
        run.Display.Stop();
        if (answer is LockAnswer.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var found = ((LockAnswer.Ready)answer).Lock;
        var tree = new LockedTree(new LockedGraph(found, workspace, units), selection, workspace)
        {
            Environment = arguments.IsOn(Universal)
                ? null
                : TargetArguments
                    .Create(context, arguments, await project.FindInterpreterAsync(cancellationToken))
                    .Markers,
            Pruned = arguments.Values(TreeOptions.Prune).Select(NameLists.ParseName).ToHashSet(),
            Depth = TreeOptions.DepthOf(arguments),
            IsInverted = arguments.IsOn(TreeOptions.Invert),
            RepeatsPackages = arguments.IsOn(TreeOptions.NoDedupe),
            ShowsSizes = arguments.IsOn(ShowSizes),
            Newer = arguments.IsOn(TreeOptions.Outdated)
                ? await LatestVersions.FindAsync(bench, found.Pylock, cancellationToken)
                : ImmutableDictionary<string, Version>.Empty,
        };
        var roots = tree.Roots(arguments.Values(TreeOptions.Package).Select(NameLists.ParseName).ToList());
        if (arguments.Value(Format) is "json")
            tree.WriteJson(context.Terminal, roots);
        else
            tree.Write(context.Terminal, roots);
        return ExitCodes.Done;
    }

    /// <summary>At the root, the tree is that of the whole workspace.</summary>
    private static bool IsAll(Workspace workspace) => ReferenceEquals(workspace.Current, workspace.Root);
}
