using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Health.Bisect;
using Krait.Platform.Caching;
using Krait.Platform.Processes;
using Krait.Projects.Changing;
using Krait.Projects.Operations;
using Krait.Projects.Targets;
using Krait.Projects.Work;

namespace Krait.Cli.Commands.Health;

/// <summary>
/// One environment that goes from state to state, and the command that is run in each: what two states have in common stays installed, and
/// what was fetched once is linked from the cache.
/// </summary>
internal sealed class BisectProbe : IAsyncDisposable
{
    private const int Skip = 125;

    private readonly KraitContext context;
    private readonly ParsedArguments arguments;
    private readonly CommandRun run;
    private readonly StagingFolder folder;
    private readonly TimeSpan limit;
    private readonly PythonEnvironment environment;
    private Workbench? bench;

    private BisectProbe(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        StagingFolder folder,
        TimeSpan limit,
        PythonEnvironment environment
    )
    {
        (this.context, this.arguments, this.run) = (context, arguments, run);
        (this.folder, this.limit, this.environment) = (folder, limit, environment);
        Target = TargetArguments.Create(context, arguments, environment.Interpreter);
    }

    /// <summary>The machine that files are chosen for.</summary>
    public MachineTarget Target { get; }

    /// <summary>The interpreter of the environment.</summary>
    public Interpreter Interpreter => environment.Interpreter;

    /// <summary>What is installed now, by name.</summary>
    public ImmutableSortedDictionary<string, string> Installed =>
        InstalledDistributions
            .Read(environment)
            .All.DistinctBy(one => one.Name)
            .ToImmutableSortedDictionary(one => one.Name.Value, one => one.VersionText, StringComparer.Ordinal);

    /// <summary>Makes an empty environment of the interpreter that is asked for.</summary>
    public static async Task<BisectProbe> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var discovery = EnvironmentAccess.Discovery(context, run.Cache);
        var python = arguments.Value(PipOptions.Python) ?? EnvironmentRenewal.RootOf(context, python: null);
        var found = await discovery.FindBaseAsync(EnvironmentAccess.Request(python), cancellationToken);
        var staging = StagingFolder.Create(run.Cache, "bisect-");
        try
        {
            var root = staging.At("environment");
            VenvBuilder.Create(
                VenvRequest.For(found.Interpreter, root, ProductVersion.Number) with
                {
                    BaseExecutable = found.Program,
                }
            );
            var created = await PythonEnvironment.OpenAsync(root, new InterpreterProbe(run.Cache), cancellationToken);
            return new BisectProbe(context, arguments, run, staging, limit, created);
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    /// <summary>Installs a state, and runs the command in it.</summary>
    public async Task<ProbeResult> RunAsync(BisectStep step, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (await InstallAsync(step, cancellationToken) is { } failure)
            return new ProbeResult(BisectVerdict.Unknown, Stopwatch.GetElapsedTime(started).TotalSeconds, failure);
        var (verdict, line) = await RunCommandAsync(step, cancellationToken);
        return new ProbeResult(verdict, Stopwatch.GetElapsedTime(started).TotalSeconds, line);
    }

    /// <summary>Makes the environment hold a state; the result is why it cannot.</summary>
    private async Task<string?> InstallAsync(BisectStep step, CancellationToken cancellationToken)
    {
        var indexes = await IndexArguments.CreateAsync(
            context,
            arguments,
            step.Inputs,
            Target.Markers,
            cancellationToken
        );
        var request = new InstallRequest(environment, step.Inputs, Target)
        {
            Resolve = step.Resolve,
            Install = InstallArguments.Options(arguments),
            IsExact = true,
        };
        bench ??= run.Bench(indexes, environment.Interpreter, request);
        var outcome = await new InstallOperation(bench with { Indexes = indexes }).RunAsync(request, cancellationToken);
        run.Display.Stop();
        return outcome is InstallOutcome.NoSolution none ? none.Explanation.Diagnostic.Message : null;
    }

    private async Task<(BisectVerdict Verdict, string? LastLine)> RunCommandAsync(
        BisectStep step,
        CancellationToken cancellationToken
    )
    {
        var variables = new Dictionary<string, string>(context.Variables, StringComparer.Ordinal);
        var scripts = environment.Layout.Scripts;
        var path = context.Variables.GetValueOrDefault("PATH", "");
        variables["PATH"] = path.Length > 0 ? $"{scripts}{Path.PathSeparator}{path}" : scripts;
        variables["VIRTUAL_ENV"] = environment.Root;
        variables.Remove("PYTHONHOME");
        var words = arguments.Positionals;
        var program = words[0].Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(words[0], context.WorkingFolder)
            : ProgramSearch.Find(words[0], variables["PATH"]);
        // A program of the package that is searched may be missing from some of its versions.
        if (program is null)
            return (BisectVerdict.Bad, $"there is no program `{words[0]}`");
        var output = new StringBuilder();
        var process = new GuardedProcess(program)
        {
            Arguments = [.. words.Skip(1)],
            WorkingFolder = context.WorkingFolder,
            Environment = variables,
            ClosesInput = true,
            Limits = new GuardedLimits { Total = limit },
        };
        var result = await process.RunAsync(
            (bytes, _) => output.Append(Encoding.UTF8.GetString(bytes.Span)),
            cancellationToken
        );
        var lines = output
            .ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var line in lines)
            context.Terminal.Detail(line);
        if (result.Stop != GuardedStop.None)
            return (BisectVerdict.Bad, "it did not finish in time");
        var verdict = result.ExitCode switch
        {
            0 => BisectVerdict.Good,
            Skip => BisectVerdict.Unknown,
            _ => BisectVerdict.Bad,
        };
        return (verdict, lines is [.., var last] ? last : null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What a probe found.</summary>
/// <param name="Verdict">Whether the command works.</param>
/// <param name="Seconds">How long the probe took, the installation included.</param>
/// <param name="LastLine">The last line that the command printed, or why the state cannot be installed.</param>
internal sealed record ProbeResult(BisectVerdict Verdict, double Seconds, string? LastLine);
