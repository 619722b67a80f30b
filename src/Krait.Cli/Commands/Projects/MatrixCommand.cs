using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait matrix run`: one command on several Pythons and selections of versions, each in an environment of its own in the cache.</summary>
internal static class MatrixCommand
{
    private static readonly Option Pythons = new(
        "python",
        OptionKind.Values,
        "Run on these Pythons (`3.10,3.12`) [default: that of the project]"
    )
    {
        Short = 'p',
        ValueName = "PYTHON",
    };
    private static readonly Option Resolutions = new(
        "resolution",
        OptionKind.Values,
        "Run with these versions: what is locked, the highest, the lowest, or the lowest of direct requirements"
    )
    {
        ValueName = "KIND",
    };
    private static readonly Option Jobs = new("jobs", OptionKind.Value, "Run this many commands at once")
    {
        Short = 'j',
        ValueName = "N",
        Default = "the number of processors",
    };
    private static readonly Option SkipMissing = new(
        "skip-missing",
        OptionKind.Flag,
        "Leave out Pythons that this machine does not have"
    );
    private static readonly Option JUnit = new("junit", OptionKind.Value, "Write the results as JUnit XML")
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };
    private static readonly Option OutputFormat = PipOptions.OutputFormat with
    {
        Help = "Print the results as text or JSON",
    };

    public static Command Run { get; } =
        new("matrix run", "Run a command on several Pythons and selections of versions")
        {
            Positional = new Positional("COMMAND", IsRequired: true, IsRepeatable: true),
            EndsOptionsEarly = true,
            Options = () =>
                [
                    Pythons,
                    Resolutions,
                    Jobs,
                    SkipMissing,
                    JUnit,
                    OutputFormat,
                    .. ProjectOptions.Selection,
                    ProjectOptions.Package,
                    ProjectOptions.Project,
                    ProjectOptions.NoEditable,
                    ProjectOptions.NoEditablePackage,
                    .. ProjectOptions.Locking,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All.Where(option => option.Name is not "resolution"),
                    .. PipOptions.Binaries,
                    PipOptions.NoSources,
                    PipOptions.NoSourcesPackage,
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
        var cells = Cells(arguments);
        var jobs = arguments.Value(Jobs) is { } text
            ? Numbers.Whole(arguments.NameOf(Jobs), text, minimum: 1, maximum: 1000)
            : Environment.ProcessorCount;
        var results = new MatrixResult[cells.Length];
        var places = new RunPlace?[cells.Length];
        await using (var run = await CommandRun.OpenAsync(context, arguments, cancellationToken))
        {
            var changes = ProjectRun.UseOf(arguments) == LockUse.Update;
            using var project = await ProjectRun.OpenAsync(context, arguments, run, changes, cancellationToken);
            if (!await LockAsync(context, run, project, cancellationToken))
                return ExitCodes.Failed;
            for (var i = 0; i < cells.Length; i++)
            {
                (places[i], results[i]) = await PrepareAsync(
                    context,
                    arguments,
                    run,
                    project.Workspace,
                    cells[i],
                    cancellationToken
                );
            }
        }

        using var slots = new SemaphoreSlim(jobs);
        await Task.WhenAll(
            Enumerable
                .Range(0, cells.Length)
                .Where(i => places[i] is not null)
                .Select(async i =>
                {
                    await slots.WaitAsync(cancellationToken);
                    try
                    {
                        results[i] = await StartAsync(context, arguments, places[i]!, results[i], cancellationToken);
                        Show(context, results[i]);
                    }
                    finally
                    {
                        slots.Release();
                    }
                })
        );
        return Report(context, arguments, [.. results]);
    }

    private static ImmutableArray<MatrixCell> Cells(ParsedArguments arguments)
    {
        var pythons = NameLists.Split(arguments.Values(Pythons)).ToList();
        // What a file of settings says of resolving is about the lock.
        var resolutions = arguments.WasGiven(Resolutions)
            ? NameLists.Split(arguments.Values(Resolutions)).ToList()
            : [];
        string[] known = ["locked", "highest", "lowest", "lowest-direct"];
        if (resolutions.Find(one => !known.Contains(one, StringComparer.Ordinal)) is { } unknown)
        {
            throw new UsageException(
                $"`--resolution` does not know `{unknown}`",
                $"Use {string.Join(", ", known.Select(one => $"`{one}`"))}, with commas between several"
            );
        }

        return
        [
            .. pythons
                .DefaultIfEmpty("")
                .Distinct(StringComparer.Ordinal)
                .SelectMany(python =>
                    resolutions
                        .DefaultIfEmpty("locked")
                        .Distinct(StringComparer.Ordinal)
                        .Select(resolution => new MatrixCell(python, resolution))
                ),
        ];
    }

    /// <summary>Brings the lock up to date, which all environments are made of or compared with.</summary>
    private static async Task<bool> LockAsync(
        KraitContext context,
        CommandRun run,
        ProjectRun project,
        CancellationToken cancellationToken
    )
    {
        var request = AsLocked(await project.CreateLockRequestAsync(project.Use, cancellationToken));
        var bench = await project.CreateBenchAsync(request, cancellationToken);
        var answer = await new LockOperation(bench).RunAsync(request, isDryRun: false, cancellationToken);
        run.Display.Stop();
        if (answer is not LockAnswer.NoSolution none)
            return true;
        DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
        return false;
    }

    /// <summary>Makes the environment of a cell ready; what keeps it from being ready is its result.</summary>
    private static async Task<(RunPlace? Place, MatrixResult Result)> PrepareAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        Workspace workspace,
        MatrixCell cell,
        CancellationToken cancellationToken
    )
    {
        var result = new MatrixResult(cell);
        try
        {
            using var project = new ProjectRun(context, arguments, run, workspace)
            {
                AskedPython = cell.Python.Length > 0 ? cell.Python : null,
            };
            var cached = new CachedEnvironment(PathOf(run.Cache, workspace, arguments, cell));
            project.UseEnvironmentAt(cached.Path);
            using var held = await cached.HoldAsync(context, arguments, cancellationToken);
            var environment = await project.FindEnvironmentAsync(cancellationToken);
            result = result with { Version = environment.Interpreter.Version.ToString() };
            // Other versions than the locked ones are chosen again, whatever may be done to the lock file.
            var use = cell.Resolution is "locked" ? project.Use : LockUse.Update;
            var locking = WithResolution(await project.CreateLockRequestAsync(use, cancellationToken), cell.Resolution);
            var request = await project.CreateSyncRequestAsync(locking, cancellationToken);
            var bench = await project.CreateBenchAsync(locking, cancellationToken);
            var outcome = await new ProjectSyncOperation(bench, project.Probe).RunAsync(
                request with
                {
                    LeavesLock = true,
                },
                cancellationToken
            );
            run.Display.Stop();
            return outcome is ProjectSyncOutcome.Done { Environment: { } ready }
                ? (RunPlace.Of(ready), result)
                : (null, Failed(context, result, ((ProjectSyncOutcome.NoSolution)outcome).Explanation.Diagnostic));
        }
        catch (KraitException failure) when (!cancellationToken.IsCancellationRequested)
        {
            run.Display.Stop();
            var isMissing = failure.Kind is FailureKind.NoInterpreter;
            if (isMissing && arguments.IsOn(SkipMissing))
                return (null, result with { State = MatrixState.Skipped, Output = failure.Diagnostic.Message });
            return (null, Failed(context, result, failure.Diagnostic));
        }
    }

    private static MatrixResult Failed(KraitContext context, MatrixResult result, Diagnostic diagnostic)
    {
        context.Terminal.Say($"{result.Cell.Title}:");
        DiagnosticRenderer.WriteError(context.Terminal, diagnostic);
        return result with { State = MatrixState.NotReady, Output = diagnostic.Message };
    }

    private static LockRequest WithResolution(LockRequest request, string resolution)
    {
        if (resolution is "locked")
            return AsLocked(request);
        var resolve = request.Options.Resolve with { UpgradesAll = true, Mode = ResolveArguments.ModeOf(resolution) };
        return request with { Options = request.Options with { Resolve = resolve } };
    }

    /// <summary>The lock is brought up to date in the way in which it was made.</summary>
    private static LockRequest AsLocked(LockRequest request)
    {
        var found = WorkspaceLock.TryRead(request.Workspace.LockFile, request.Shown);
        var mode = ResolveArguments.ModeOf(found?.Choosing.GetValueOrDefault("resolution"));
        return request with
        {
            Options = request.Options with { Resolve = request.Options.Resolve with { Mode = mode } },
        };
    }

    /// <summary>The environment of a cell: the same for the same project, Python, versions and parts.</summary>
    private static string PathOf(CacheFolder cache, Workspace workspace, ParsedArguments arguments, MatrixCell cell)
    {
        var text = new StringBuilder(workspace.Folder).Append('\n').Append(workspace.Current.Folder).Append('\n');
        text.Append(cell.Python).Append('\n').Append(cell.Resolution).Append('\n');
        foreach (var use in arguments.Typed.Where(use => ProjectOptions.Selection.Contains(use.Option)))
            text.Append(use.Option.Name).Append('=').Append(use.Value).Append('\n');
        text.Append(arguments.Value(ProjectOptions.Package));
        var key = CachedEnvironment.KeyOf(text.ToString());
        return Path.Join(cache.Bucket(CacheBucket.Environments), $"matrix-{key[..20]}");
    }

    private static async Task<MatrixResult> StartAsync(
        KraitContext context,
        ParsedArguments arguments,
        RunPlace place,
        MatrixResult result,
        CancellationToken cancellationToken
    )
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var variables = place.Variables(context.Variables);
            var (program, words) = RunPrograms.Find(
                context.WorkingFolder,
                arguments.Positionals[0],
                [.. arguments.Positionals.Skip(1)],
                place,
                variables
            );
            var output = new OutputLines();
            var ended = await new Subprocess(program)
            {
                Arguments = [.. words],
                WorkingFolder = context.WorkingFolder,
                Environment = variables,
            }.RunAsync(output, cancellationToken);
            return result with
            {
                State = ended.ExitCode == 0 ? MatrixState.Passed : MatrixState.Failed,
                ExitCode = ended.ExitCode,
                Elapsed = Stopwatch.GetElapsedTime(began),
                Output = output.Text,
            };
        }
        catch (KraitException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return result with
            {
                State = MatrixState.Failed,
                Elapsed = Stopwatch.GetElapsedTime(began),
                Output = failure.Diagnostic.Message + "\n",
            };
        }
    }

    private static void Show(KraitContext context, MatrixResult result)
    {
        lock (context.Terminal)
        {
            context.Terminal.Say($"{result.Cell.Title}: {result.Word}");
            foreach (var line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                context.Terminal.Say($"  {line}");
        }
    }

    private static int Report(KraitContext context, ParsedArguments arguments, ImmutableArray<MatrixResult> results)
    {
        if (arguments.Value(JUnit) is { } file)
        {
            AtomicFile.Write(
                Path.GetFullPath(file, context.WorkingFolder),
                Encoding.UTF8.GetBytes(MatrixReport.ToJUnit(results)),
                durable: false
            );
        }

        if (arguments.Value(OutputFormat) is "json")
            MatrixReport.WriteJson(context.Terminal, results);
        else
            MatrixReport.Write(context.Terminal, results);
        return results.All(result => result.State is MatrixState.Passed or MatrixState.Skipped)
            ? ExitCodes.Done
            : ExitCodes.Failed;
    }

    /// <summary>Keeps both outputs in the order in which they come.</summary>
    private sealed class OutputLines : IProgress<OutputLine>
    {
        private readonly StringBuilder text = new();

        public string Text
        {
            get
            {
                lock (text)
                    return text.ToString();
            }
        }

        public void Report(OutputLine value)
        {
            lock (text)
                text.Append(value.Text).Append('\n');
        }
    }
}
