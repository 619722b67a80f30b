using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Names;
using Krait.Projects.Operations;
using Krait.Sources;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip uninstall`.</summary>
internal static class PipUninstallCommand
{
    public static Command Command { get; } =
        new("pip uninstall", "Uninstall packages")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipOptions.Requirements,
                    PipOptions.Yes,
                    PipOptions.DryRun,
                    PipOptions.OutputFormat,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    IndexOptions.KeyringProvider,
                    new Option("root-user-action", OptionKind.Value, "krait does not warn the root user")
                    {
                        IsHidden = true,
                    },
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals.Count == 0 && arguments.Values(PipOptions.Requirements).Count == 0)
            throw new UsageException("`krait pip uninstall` needs PACKAGE", "Name a package, or a file with `-r FILE`");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var names = await NamesAsync(arguments, run, cancellationToken);
        var python = arguments.Value(PipOptions.Python);
        var environment = await run.FindOwnEnvironmentAsync(python, cancellationToken);
        var request = new UninstallRequest(environment, names) { IsDryRun = arguments.IsOn(PipOptions.DryRun) };
        var operation = new UninstallOperation(run.BenchThatBuildsNothing(new IndexSettings()));
        var done = await operation.RunAsync(request, cancellationToken);
        if (ChangeListWriter.IsWanted(arguments))
            ChangeListWriter.Write(context, done.Plan, request.IsDryRun);
        if (done.Plan.IsEmpty)
        {
            context.Terminal.Say("Nothing to uninstall");
            return ExitCodes.Done;
        }

        if (done.Report is not null)
        {
            var count = ProgressDisplay.Count(done.Plan.Changes.Sum(change => change.Removes.Length));
            context.Terminal.Say(context.Terminal.Paint($"Uninstalled {count}", 2));
        }

        return OutcomeRenderer.Write(context, done, default);
    }

    /// <summary>The names of the command line and of files; versions do not matter.</summary>
    private static async Task<ImmutableArray<PackageName>> NamesAsync(
        ParsedArguments arguments,
        CommandRun run,
        CancellationToken cancellationToken
    )
    {
        var sources = ResolveArguments.Sources(
            arguments,
            [.. arguments.Positionals],
            arguments.Values(PipOptions.Requirements)
        );
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        return [.. inputs.Roots.Select(root => root.Requirement.Name).Distinct()];
    }
}
