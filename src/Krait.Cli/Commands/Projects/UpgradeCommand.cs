using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait upgrade`: raises what the project requires to the newest versions, with the lock and the environment.</summary>
internal static class UpgradeCommand
{
    private static readonly Option Compatible = new(
        "compatible",
        OptionKind.Flag,
        "Stay within the upper bounds that the project states"
    );
    private static readonly Option DryRun = PipOptions.DryRun with
    {
        Help = "Show what would be raised, and change nothing",
    };

    public static Command Command { get; } =
        new("upgrade", "Raise the requirements of the project to the newest versions, lock and install them")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    Compatible,
                    DryRun,
                    ProjectOptions.Package,
                    ProjectOptions.AllPackages,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    .. ManifestChangeOptions.All.Except([
                        .. PipOptions.Upgrades,
                        ManifestChangeOptions.Frozen,
                        ProjectOptions.Locked,
                    ]),
                ],
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.WasGiven(ProjectOptions.AllPackages) && arguments.WasGiven(ProjectOptions.Package))
            throw new UsageException("`--all-packages` and `--package` cannot be used together");
        ScriptPlace.RefuseProjectOptions(arguments);
        RefuseKeptLock(arguments);
        var names = arguments.Positionals.Select(NameLists.ParseName).ToImmutableHashSet();
        return new ManifestChangeRun(context, arguments) { IsDryRun = arguments.IsOn(DryRun) }.RunAsync(
            _ => Task.FromResult(Plan(context, arguments, names)),
            cancellationToken
        );
    }

    /// <summary>The command has no such options, but a variable may still ask for a lock that stays as it is.</summary>
    private static void RefuseKeptLock(ParsedArguments arguments)
    {
        Option[] keeping = [ProjectOptions.Frozen, ProjectOptions.Locked];
        if (Array.Find(keeping, arguments.IsOn) is { } option)
        {
            throw new UsageException(
                $"{arguments.NameOf(option)} keeps the lock file as it is, but `krait upgrade` has to change it",
                "Unset it, or see which newer versions there are with `krait outdated`"
            );
        }
    }

    private static ManifestChangePlan Plan(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableHashSet<PackageName> names
    )
    {
        var workspace = ProjectAccess.Find(context, arguments);
        var raise = new RaisedRequirements(workspace, names, arguments.IsOn(Compatible));
        if (workspace.Script is { } script)
        {
            raise.AddScript(script);
        }
        else
        {
            foreach (var project in Projects(workspace, arguments))
                raise.Add(project);
        }

        if (raise.Missing is { } missing)
            throw NotRequired(missing);
        return new ManifestChangePlan(raise.Loosened)
        {
            Finish = raise.Finish,
            Upgrades = names,
            UpgradesAll = names.IsEmpty,
            IsInexact = true,
            FinalMessages = () => raise.Messages(arguments.IsOn(DryRun)),
        };
    }

    /// <summary>The projects whose requirements are raised: the one that is meant, or all.</summary>
    private static ImmutableArray<Project> Projects(Workspace workspace, ParsedArguments arguments) =>
        arguments.IsOn(ProjectOptions.AllPackages)
            ? [.. workspace.Members.Prepend(workspace.Root).Distinct()]
            : [ProjectAccess.Member(workspace, arguments)];

    private static KraitException NotRequired(PackageName name) =>
        new(
            new Diagnostic("not-required", $"the project does not require `{name}` itself")
            {
                Hints = [$"To take a newer version of what others require, run `krait lock --upgrade-package {name}`"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
