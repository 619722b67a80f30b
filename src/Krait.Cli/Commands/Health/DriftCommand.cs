using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Health.Drift;
using Krait.Health.Pages;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait drift`: what a fresh installation would do differently. Made for a scheduler: it changes nothing and asks nothing.</summary>
internal static class DriftCommand
{
    private const string Today = "today";

    private static readonly Option Format = HealthOptions.FormatOf("text", "json", "sarif");
    private static readonly Option Against = new(
        "against",
        OptionKind.Value,
        "Compare with what the files give today, with a Git revision of the file, or with another file of pins"
    )
    {
        Default = Today,
        ValueName = "today|REV|FILE",
    };

    public static Command Command { get; } =
        new("drift", "Compare an environment with what a fresh installation would give today")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    Against,
                    Format,
                    HealthOptions.Output,
                    HealthOptions.Html,
                    .. PipOptions.Sources,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    .. PipOptions.Environment,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        // What the index said an hour ago is not what it says today.
        arguments.Configure(PipOptions.Refresh, isOn: true, "drift");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var files = ProjectFilesOf.Command(context, arguments);
        var against = arguments.Value(Against) ?? Today;
        var named = against is Today ? files : [await PinFiles.FindAsync(context, files, against, cancellationToken)];
        var locks = named.Where(LockedWheels.IsLock).ToImmutableArray();
        var sources = ResolveArguments.Sources(arguments, [], named.Except(locks, StringComparer.Ordinal));
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        var environment = await run.FindEnvironmentAsync(cancellationToken);
        var target = TargetArguments.Create(context, arguments, environment.Interpreter);
        DriftAnswer answer;
        try
        {
            answer = await CompareAsync(context, arguments, run, inputs, locks, environment, target, cancellationToken);
        }
        catch (KraitException failure)
            when (failure.Kind is FailureKind.Failed or FailureKind.NotFound or FailureKind.TimedOut)
        {
            run.Display.Stop();
            DiagnosticRenderer.WriteError(
                context.Terminal,
                new Diagnostic("could-not-check", "could not check for drift")
                {
                    Cause = failure.Diagnostic,
                    Hints = failure.Diagnostic.Hints,
                }
            );
            return ExitCodes.CouldNotCheck;
        }

        run.Display.Stop();
        if (arguments.Value(HealthOptions.Html) is { } page)
        {
            var graph = InstalledGraph.Read(InstalledDistributions.Read(environment).WithPartial(), target.Markers);
            var failed = answer.Failure?.Message;
            HealthOutput.WriteFile(
                context,
                page,
                HealthPages.Of(answer.Entries, failed, environment.Root, against, graph)
            );
        }

        Write(context, arguments, answer, against, files[0]);
        return answer.HasDrift ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>What is different, and why a fresh installation would fail, if it would.</summary>
    private sealed record DriftAnswer(ImmutableArray<DriftEntry> Entries, Diagnostic? Failure)
    {
        public bool HasDrift => !Entries.IsEmpty || Failure is not null;
    }

    private static async Task<DriftAnswer> CompareAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        RequirementSet inputs,
        ImmutableArray<string> locks,
        PythonEnvironment environment,
        MachineTarget target,
        CancellationToken cancellationToken
    )
    {
        var installed = InstalledDistributions.Read(environment).WithPartial();
        var check = new DriftCheck(InstalledGraph.Read(installed, target.Markers), target.Markers);
        var indexes = await IndexArguments.CreateAsync(context, arguments, inputs, target.Markers, cancellationToken);
        var request = new SolveRequest(inputs, target)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
        };
        var bench = run.Bench(indexes, environment.Interpreter, request);
        var machine = (target, bench.Builds);
        var found = await LockArguments.ReadAsync(context, arguments, run.Loader, locks, machine, cancellationToken);
        var locked = found.Wheels;
        if (inputs.Roots.IsEmpty)
            return new DriftAnswer(check.Run(locked.Select(wheel => (wheel.Name, wheel.Version))), Failure: null);
        var outcome = await new SolveOperation(bench).RunAsync(request with { Locked = locked }, cancellationToken);
        return outcome switch
        {
            SolveOutcome.Solved solved => new DriftAnswer(check.Run(inputs, solved.Resolution), Failure: null),
            SolveOutcome.NoSolution none => new DriftAnswer([], none.Explanation.Diagnostic),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static void Write(
        KraitContext context,
        ParsedArguments arguments,
        DriftAnswer answer,
        string against,
        string file
    )
    {
        var now = context.Clock.GetUtcNow();
        var failure = answer.Failure?.Message;
        var text = arguments.Value(Format) switch
        {
            "json" => JsonText.Of(
                writer => DriftJson.Write(writer, answer.Entries, against, now, failure),
                isIndented: true
            ),
            "sarif" => JsonText.Of(
                writer => DriftJson.WriteSarif(writer, answer.Entries, ProductVersion.Number, file, failure),
                isIndented: true
            ),
            _ => Text(answer),
        };
        HealthOutput.Write(context, arguments, text);
        if (answer.Failure is { } diagnostic)
        {
            DiagnosticRenderer.WriteError(
                context.Terminal,
                new Diagnostic("fresh-install-fails", "a fresh installation would fail today")
                {
                    Cause = diagnostic,
                    Notes = diagnostic.Notes,
                    Hints = diagnostic.Hints,
                }
            );
        }
    }

    private static string Text(DriftAnswer answer)
    {
        var text = new System.Text.StringBuilder();
        foreach (var entry in answer.Entries)
        {
            text.Append(
                entry.Kind switch
                {
                    DriftKind.Changed => $"{entry.Name} {entry.Current} -> {entry.Fresh}",
                    DriftKind.Added => $"{entry.Name} (not installed) -> {entry.Fresh}",
                    _ => $"{entry.Name} {entry.Current} -> (not needed any more)",
                }
            );
            if (entry.Released is { } time)
                text.Append(CultureInfo.InvariantCulture, $", released {time.UtcDateTime:yyyy-MM-dd}");
            if (entry.IsAllowed is { } allowed)
                text.Append(allowed ? ", inside the allowed range" : ", outside the range that is allowed now");
            text.Append('\n');
            foreach (var requirer in entry.RequiredBy.Take(3))
                text.Append("    ").Append(requirer).Append('\n');
        }

        if (answer.Failure is not null)
            return text.ToString();
        text.Append(
            answer.Entries.IsEmpty
                ? "No drift: a fresh installation gives the same versions\n"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Drift: a fresh installation differs in {answer.Entries.Length} {(answer.Entries.Length == 1 ? "package" : "packages")}\n"
                )
        );
        return text.ToString();
    }
}
