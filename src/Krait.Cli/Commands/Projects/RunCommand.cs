using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Projects.Running;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait run`.</summary>
internal static class RunCommand
{
    public static Command Command { get; } =
        new("run", "Run a command, a script or a task in the environment of the project")
        {
            Positional = new Positional("COMMAND", IsRequired: false, IsRepeatable: true),
            EndsOptionsEarly = true,
            Options = () => RunOptions.All,
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        RunTarget target;
        RunPreparation preparation;
        RunPlace place;
        ImmutableArray<TaskDefinition> tasks;
        Dictionary<string, string> variables;
        // The cache and the connections are given back before the program starts, which may run for days.
        await using (var run = await CommandRun.OpenAsync(context, arguments, cancellationToken))
        {
            target = await RunTarget.ReadAsync(context, arguments, run.Loader.ReadAsync, cancellationToken);
            var added = ReadVariables(context, arguments);
            preparation = new RunPreparation(context, arguments, run);
            tasks = preparation.TasksFor(target);
            if (await preparation.PrepareAsync(target, cancellationToken) is not { } prepared)
                return ExitCodes.Failed;
            run.Display.Stop();
            place = prepared;
            variables = place.Variables(added);
        }

        context.Terminal.Flush();
        try
        {
            if (tasks.IsEmpty)
                return await StartAsync(context, target, place, variables);
            using var all = new TaskRun(context, place, variables, tasks);
            return await all.RunAsync(target.Arguments);
        }
        finally
        {
            if (preparation.TemporaryFolder is { } folder)
                FolderTree.Remove(folder);
        }
    }

    /// <summary>The variables of this process and of the files that the user names; later files win.</summary>
    private static Dictionary<string, string> ReadVariables(KraitContext context, ParsedArguments arguments)
    {
        var variables = new Dictionary<string, string>(context.Variables, StringComparer.Ordinal);
        if (arguments.IsOn(RunOptions.NoEnvFile))
            return variables;
        foreach (var file in arguments.Values(RunOptions.EnvFile))
        {
            var error = PlainFile.TryRead(Path.GetFullPath(file, context.WorkingFolder), out var text);
            if (error != FileError.None)
            {
                throw new KraitException(
                    error == FileError.NotFound
                        ? new Diagnostic("no-file", $"the environment file `{file}` does not exist")
                        : new FileSystemException("read", file, error).Diagnostic
                )
                {
                    Kind = FailureKind.UnusableInput,
                };
            }

            EnvironmentFile.Apply(text, file, variables, context.Variables);
        }

        return variables;
    }

    private static Task<int> StartAsync(
        KraitContext context,
        RunTarget target,
        RunPlace place,
        Dictionary<string, string> variables
    )
    {
        var (program, words) = target switch
        {
            RunTarget.Module module => (place.Python, ["-m", module.Name, .. target.Arguments]),
            RunTarget.Script script => (place.Python, [script.Path, .. target.Arguments]),
            _ => RunPrograms.Find(
                context.WorkingFolder,
                ((RunTarget.Program)target).Name,
                target.Arguments,
                place,
                variables
            ),
        };
        var isText = IsRemote(target);
        return new ForegroundProcess(program)
        {
            Arguments = isText ? ["-", .. target.Arguments] : words,
            WorkingFolder = context.WorkingFolder,
            Environment = variables,
            Input = isText ? ((RunTarget.Script)target).Text : null,
            SharesTerminal = context.Terminal.IsInteractive,
        }.RunAsync();
    }

    private static bool IsRemote(RunTarget target) =>
        target is RunTarget.Script script
        && (script.Path is "-" || Packaging.Locations.Location.Of(script.Path).IsRemote);
}
