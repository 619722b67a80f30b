using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Projects.Operations;
using Krait.Projects.Saving;

namespace Krait.Cli.Commands.Pip;

/// <summary>What `krait pip download` and `krait pip wheel` share: a resolution is saved as files.</summary>
internal static class SavingRun
{
    /// <summary>The options of both.</summary>
    public static ImmutableArray<Option> Options { get; } =
    [
        PipOptions.Requirements,
        PipOptions.Script,
        .. PipOptions.Sources,
        PipOptions.NoDeps,
        PipOptions.OnlyDeps,
        .. PipOptions.Freshness,
        .. IndexOptions.All,
        .. SelectionOptions.All,
        .. PipOptions.Binaries,
        .. PipOptions.Hashes,
        PipOptions.Python,
        PipOptions.System,
        .. PipOptions.Machine,
        PipOptions.ProgressBar,
        GlobalOptions.Isolated,
        ForeignOptions.Project,
        .. ForeignOptions.Saving,
    ];

    /// <summary>Resolves and saves.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="destination">The option that names the folder; it is the working directory where it is not given.</param>
    /// <param name="buildsWheels">Whether sources are saved as wheels.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was saved; null where the requirements have no solution, which is reported.</returns>
    public static async Task<ImmutableArray<SavedFile>?> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        Option destination,
        bool buildsWheels,
        CancellationToken cancellationToken
    )
    {
        var (sources, locks) = LockArguments.SplitAny(arguments, buildsWheels ? "build" : "download");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (interpreter, environment) = await run.FindBuildPythonAsync(cancellationToken);
        // What is saved is never installed in place.
        var saved = sources with
        {
            IgnoresEditables = true,
        };
        var (inputs, target, indexes) = await run.AskAsync(saved, interpreter, cancellationToken);
        var folder = Path.GetFullPath(arguments.Value(destination) ?? ".", context.WorkingFolder);
        var request = new SaveRequest(inputs, target, folder)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            OnlyDependencies = arguments.IsOn(PipOptions.OnlyDeps),
            BuildsWheels = buildsWheels,
        };
        var bench = run.Bench(indexes, interpreter, request, environment);
        request = request with
        {
            Locked = (
                await LockArguments.ReadAsync(
                    context,
                    arguments,
                    run.Loader,
                    locks,
                    (target, bench.Builds),
                    cancellationToken
                )
            ).Wheels,
        };
        var outcome = await new SaveOperation(bench).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is SaveOutcome.Saved done)
            return done.Files;
        DiagnosticRenderer.WriteError(context.Terminal, ((SaveOutcome.NoSolution)outcome).Explanation.Diagnostic);
        return null;
    }

    /// <summary>Says what became of each file, in pip's words.</summary>
    public static void Write(KraitContext context, ImmutableArray<SavedFile> files)
    {
        foreach (var file in files)
        {
            Say(
                context,
                file.State switch
                {
                    SavedState.Kept => $"File was already downloaded {file.Path}",
                    SavedState.Left => $"Not copied, as it is a directory: {Shown(context, file.Path)}",
                    _ => $"Saved {Shown(context, file.Path)}",
                }
            );
        }
    }

    /// <summary>Writes a line for scripts that read pip's output, unless the user asked for quiet.</summary>
    public static void Say(KraitContext context, string text)
    {
        if (context.Terminal.Verbosity >= Verbosity.Normal)
            context.Terminal.WriteResult(text);
    }

    /// <summary>A path as pip shows it: `./NAME` below the working directory.</summary>
    private static string Shown(KraitContext context, string path)
    {
        var root = Path.TrimEndingDirectorySeparator(context.WorkingFolder) + "/";
        return path.StartsWith(root, StringComparison.Ordinal) ? $"./{path[root.Length..]}" : path;
    }
}
