using System.Globalization;
using Krait.Archives;
using Krait.Build.Hooks;
using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Build.Failures;

/// <summary>A build failed: says what, with which interpreter, in which step, what the backend said last, why if that can be told, and one thing to do.</summary>
public sealed class BuildFailedException : KraitException
{
    private BuildFailedException(BuildFailure failure, Diagnostic diagnostic)
        : base(diagnostic) => Failure = failure;

    /// <summary>A failure, described.</summary>
    public BuildFailedException(BuildFailure failure)
        : this(failure, Describe(failure)) { }

    /// <summary>What is known of it.</summary>
    public BuildFailure Failure { get; }

    /// <summary>
    /// The same failure with another thing to do, for whoever knows more: the newest older release with a wheel that fits, for example.
    /// The hint of a cause that the user can remove stays in front.
    /// </summary>
    public BuildFailedException WithHint(Remedy hint) =>
        new(
            Failure,
            Failure.Cause is { IsOfMachine: true }
                ? Diagnostic with
                {
                    Hints = [.. Diagnostic.Hints, hint],
                }
                : Diagnostic with
                {
                    Hints = [hint],
                }
        );

    private static Diagnostic Describe(BuildFailure failure)
    {
        var notes = new List<string> { $"Python: {failure.Interpreter}" };
        if (failure.Cause is { } cause)
            notes.Add(cause.Explanation);
        if (!failure.LastLines.IsEmpty)
        {
            notes.Add(
                $"the last lines of its output:\n{string.Join('\n', failure.LastLines.Select(line => $"  {line}"))}"
            );
        }

        notes.Add($"the full output is in `{failure.LogPath}`");
        return new Diagnostic("build-failed", $"failed to build {failure.Source.Title}: {What(failure)}")
        {
            Notes = [.. notes],
            Hints = failure.Cause is { } known ? [known.Hint] : [DefaultHint(failure)],
        };
    }

    private static string What(BuildFailure failure)
    {
        var (backend, step) = ($"`{failure.Backend.Name}`", $"`{failure.Step}`");
        return failure.Stop switch
        {
            GuardedStop.Total => $"{step} of {backend} did not finish within {Text(failure.Limits.Total)}",
            GuardedStop.Idle => $"{step} of {backend} did nothing for {Text(failure.Limits.Idle)}",
            GuardedStop.Output => $"{step} of {backend} wrote more than {failure.Limits.Output >> 20} MiB of output",
            _ => failure.Outcome switch
            {
                HookOutcome.NoBackend problem =>
                    $"the backend {backend} could not be imported ({Text(problem.Type, problem.Message)})",
                HookOutcome.Failed problem => $"{step} of {backend} failed ({Text(problem.Type, problem.Message)})",
                HookOutcome.Unsupported problem =>
                    $"{backend} does not support {step} here ({Text("UnsupportedOperation", problem.Message)})",
                HookOutcome.Missing when failure.Step is HookNames.BuildEditable or HookNames.PrepareEditable =>
                    $"its backend {backend} does not support editable installs",
                HookOutcome.Missing => $"{backend} does not have the hook {step}",
                HookOutcome.Killed { Signal: var signal } => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step} of {backend} was killed by signal {signal}"
                ),
                HookOutcome.Exited { Code: var code } => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step} of {backend} exited with code {code} before it returned a result"
                ),
                HookOutcome.Returned returned =>
                    $"{step} of {backend} returned `{SafeText.Escape(returned.Text ?? "None")}`, which is not a valid result",
                _ => $"{step} of {backend} failed",
            },
        };
    }

    private static Remedy DefaultHint(BuildFailure failure) =>
        failure.Outcome is HookOutcome.Missing && failure.Step is HookNames.BuildEditable or HookNames.PrepareEditable
            ? Remedy.Of($"Install it without {Control.Editable}, or use a newer version of its backend")
            : $"Choose another version of {failure.Source.Name?.Value ?? "it"}, preferably one with a wheel";

    private static string Text(string type, string message)
    {
        var line = message.Split('\n')[0].Trim();
        return line.Length == 0 ? $"`{SafeText.Escape(type)}`" : $"`{SafeText.Escape($"{type}: {line}")}`";
    }

    private static string Text(TimeSpan time) =>
        time.TotalMinutes >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds");
}
