using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Health.Smoke;

/// <summary>
/// Whether what is installed works, as far as it can be told without knowing it: every module is imported and every entry point loaded, in
/// child interpreters that may crash or hang. What fails among others is tried again alone, so that no package is blamed for another one.
/// </summary>
public static class SmokeCheck
{
    private static readonly Dictionary<int, string> Signals = new()
    {
        [4] = "an illegal instruction",
        [6] = "an abort",
        [7] = "a bus error",
        [8] = "an arithmetic error",
        [9] = "SIGKILL",
        [11] = "a segmentation fault",
        [15] = "SIGTERM",
    };

    /// <summary>Runs the check.</summary>
    /// <param name="request">What is tried, and its limits.</param>
    /// <param name="cancellationToken">Ends all children.</param>
    /// <exception cref="KraitException">The interpreter cannot be started, or nothing is known of a module or command that the user names.</exception>
    public static async Task<SmokeReport> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var items = request
            .Packages.Select((package, number) => SmokeItem.Of(number, package, request))
            .Concat(request.Modules.Select((module, index) => SmokeItem.Of(request.Packages.Length + index, module)))
            .ToList();
        var tried = items.Where(item => !item.Probes.IsEmpty).ToList();
        var traces = await new SmokeRun(request, tried).RunAsync(request.Width, cancellationToken);
        var results = new SmokeResult[items.Count];
        var again = new List<SmokeItem>();
        foreach (var item in items)
        {
            results[item.Number] = Judge(item, traces.GetValueOrDefault(item.Number), request);
            if (results[item.Number].Failures.Any(MayBeOthersFault))
                again.Add(item);
        }

        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = request.Width,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            again,
            options,
            async (item, token) =>
            {
                var alone = await new SmokeRun(request, [item]).RunAsync(1, token);
                results[item.Number] = Judge(item, alone[item.Number], request);
            }
        );
        RefuseUnknown(request, items, results);
        var commands = new List<SmokeResult>();
        foreach (var command in request.Commands)
            commands.Add(await RunCommandAsync(request, command, cancellationToken));
        return new SmokeReport([.. results, .. commands], Stopwatch.GetElapsedTime(started));
    }

    /// <summary>A module that nobody has is not a broken one.</summary>
    private static void RefuseUnknown(SmokeRequest request, List<SmokeItem> items, SmokeResult[] results)
    {
        foreach (var item in items.Where(item => item.Package is null))
        {
            var failure = results[item.Number].Failures.FirstOrDefault();
            if (
                failure?.Message != $"ModuleNotFoundError: No module named '{item.Name}'"
                && failure?.Message != $"ModuleNotFoundError: No module named '{item.Name.Split('.')[0]}'"
            )
            {
                continue;
            }

            throw new KraitException(
                new Diagnostic("unknown-module", $"there is no module `{item.Name}` in the environment")
                {
                    Environment = request.Environment.Root,
                    Hints = ["Check the spelling, or install the package that provides it"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    private static SmokeResult Judge(SmokeItem item, SmokeTrace? trace, SmokeRequest request)
    {
        if (trace is null)
        {
            return new SmokeResult(item.Name, item.Package?.VersionText, 0, 0)
            {
                Skipped = ["it has no modules and no entry points"],
            };
        }

        var failures = ImmutableArray.CreateBuilder<SmokeFailure>();
        var skipped = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < item.Probes.Length; index++)
        {
            var probe = item.Probes[index];
            if (trace.Answers.TryGetValue(index, out var answer))
            {
                if (answer.IsPassed)
                    continue;
                if (IsForOthers(item, probe, answer, request))
                    skipped.Add($"{probe} needs `{answer.Missing}`, which is not installed and not required");
                else
                    failures.Add(FailureOf(probe, answer));
            }
            else if (trace.Ending is { } ending && index == Math.Max(trace.Begun, 0))
            {
                failures.Add(FailureOf(probe, ending, trace.Output, request.TimeLimit));
            }
        }

        var seconds = trace.Answers.Values.Sum(answer => answer.Seconds);
        if (trace.Ending is { Kind: SmokeFailureKind.Timeout })
            seconds = Math.Max(seconds, request.TimeLimit.TotalSeconds);
        return new SmokeResult(item.Name, item.Package?.VersionText, seconds, item.Probes.Length)
        {
            Failures = failures.ToImmutable(),
            Skipped = skipped.ToImmutable(),
        };
    }

    /// <summary>Whether a failure may come from what was imported before: a module that is not there, or a hang, does not.</summary>
    private static bool MayBeOthersFault(SmokeFailure failure) =>
        failure.Kind != SmokeFailureKind.Timeout
        && !failure.Message.StartsWith("ModuleNotFoundError: No module named", StringComparison.Ordinal);

    /// <summary>
    /// Whether something needs what nobody asked for: a plug-in for a test runner imports that runner, a program of an extra what the extra
    /// requires, and some programs say themselves what else they want to be installed.
    /// </summary>
    private static bool IsForOthers(SmokeItem item, SmokeProbe probe, SmokeAnswer answer, SmokeRequest request)
    {
        if (item.Package is not { } package || answer.Missing is not { Length: > 0 } missing)
            return false;
        var top = missing.Split('.')[0];
        if (item.OwnModules.Contains(top))
            return false;
        if (!PackageName.TryParse(top, out var name, out _) || request.Graph.Find(name) is not null)
            return false;
        if (package.Requirements.Any(edge => edge.Requirement.Name == name))
            return false;
        var isDeliberate = answer.Type is not "ModuleNotFoundError" && probe.Kind == SmokeProbeKind.EntryPoint;
        var isPlugIn = probe.Group is not (null or "console_scripts" or "gui_scripts");
        return isPlugIn || isDeliberate || package.Stated.Any(stated => stated.Name == name);
    }

    private static SmokeFailure FailureOf(SmokeProbe probe, SmokeAnswer answer) =>
        new(
            probe,
            answer.Type is "MemoryError" ? SmokeFailureKind.Memory : SmokeFailureKind.Error,
            answer.Message is { Length: > 0 } message ? $"{answer.Type}: {message}" : answer.Type ?? "unknown error"
        )
        {
            Place = answer.Place is { Length: > 0 } place ? place : null,
        };

    private static SmokeFailure FailureOf(SmokeProbe probe, SmokeEnding ending, string? output, TimeSpan limit)
    {
        var last = output?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var message =
            ending.Kind == SmokeFailureKind.Timeout
                ? string.Create(CultureInfo.InvariantCulture, $"did not finish within {limit.TotalSeconds:0.#} s")
                : EndOf(ending.ExitCode);
        return new SmokeFailure(probe, ending.Kind, message) { Output = last is [.., var line] ? line : null };
    }

    private static string EndOf(int exitCode) =>
        exitCode > 128 && Signals.TryGetValue(exitCode - 128, out var signal)
            ? $"the interpreter was ended by {signal}"
            : string.Create(CultureInfo.InvariantCulture, $"the interpreter ended with exit code {exitCode}");

    private static async Task<SmokeResult> RunCommandAsync(
        SmokeRequest request,
        ImmutableArray<string> command,
        CancellationToken cancellationToken
    )
    {
        var variables = SmokeVariables.Of(request);
        var text = string.Join(' ', command);
        var probe = new SmokeProbe(SmokeProbeKind.Command, text);
        var program = command[0].Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(command[0], request.WorkingFolder)
            : ProgramSearch.Find(command[0], variables["PATH"]);
        if (program is null)
        {
            throw new KraitException(
                new Diagnostic("unknown-command", $"there is no program `{command[0]}` in the environment or on PATH")
                {
                    Environment = request.Environment.Root,
                    Hints = ["Check the spelling, or install the package that provides it"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        var output = new StringBuilder();
        var started = Stopwatch.GetTimestamp();
        var process = new GuardedProcess(program)
        {
            Arguments = command[1..],
            WorkingFolder = request.WorkingFolder,
            Environment = variables,
            ClosesInput = true,
            Limits = new GuardedLimits { Total = request.TimeLimit },
        };
        var result = await process.RunAsync(
            (bytes, _) => output.Append(Encoding.UTF8.GetString(bytes.Span)),
            cancellationToken
        );
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        SmokeFailure? failure = null;
        if (result.Stop != GuardedStop.None)
            failure = FailureOf(
                probe,
                new SmokeEnding(SmokeFailureKind.Timeout, result.ExitCode),
                output.ToString(),
                request.TimeLimit
            );
        else if (result.ExitCode > 128)
            failure = FailureOf(
                probe,
                new SmokeEnding(SmokeFailureKind.Crash, result.ExitCode),
                output.ToString(),
                request.TimeLimit
            );
        else if (result.ExitCode != 0)
            failure = new SmokeFailure(probe, SmokeFailureKind.Error, LastLine(output.ToString(), result.ExitCode));
        return new SmokeResult(text, Version: null, seconds, 1) { Failures = failure is null ? [] : [failure] };
    }

    private static string LastLine(string output, int exitCode)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var code = string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
        return lines.Length == 0 ? code : $"{code}: {lines[^1]}";
    }
}
