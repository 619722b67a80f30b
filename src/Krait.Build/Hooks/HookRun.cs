using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Krait.Build.Sources;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;

namespace Krait.Build.Hooks;

/// <summary>
/// Calls hooks of a backend, one after the other, in processes of their own that share the import of the backend: the steps run until
/// one fails, or asks for requirements that are not there yet.
/// </summary>
public sealed class HookRun
{
    private const int LargestAnswer = 4 << 20;

    /// <summary>The interpreter that runs the backend, of the build environment.</summary>
    public required string Python { get; init; }

    /// <summary>The folder of the project, in which hooks run.</summary>
    public required string SourceFolder { get; init; }

    /// <summary>What builds.</summary>
    public required BuildBackend Backend { get; init; }

    /// <summary>An empty folder for the program, the request and the answers.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>The environment of the hooks, see <see cref="HookVariables"/>.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>How long the hooks may run, and how much they may write.</summary>
    public GuardedLimits Limits { get; init; } = new();

    /// <summary>Requirements that are there already, by text or name: a step that asks for nothing else does not end the run.</summary>
    public ImmutableArray<string> Known { get; init; } = [];

    /// <summary>Runs the steps.</summary>
    /// <param name="steps">What to call.</param>
    /// <param name="log">Takes what the hooks write.</param>
    /// <param name="cancellationToken">Ends the hooks and all they started.</param>
    /// <returns>What became of each step.</returns>
    /// <exception cref="KraitException">The interpreter could not be started.</exception>
    public async Task<HookAnswers> RunAsync(
        ImmutableArray<HookStep> steps,
        BuildLog log,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin(
            "run build hooks",
            steps,
            static steps => string.Join(", ", steps.Select(step => step.Hook))
        );
        var program = Path.Join(WorkFolder, "hooks.py");
        var request = Path.Join(WorkFolder, "request.json");
        var answer = Path.Join(WorkFolder, "answer");
        AtomicFile.Write(program, Program.Value, durable: false);
        AtomicFile.Write(request, Request(steps, answer), durable: false);
        for (var index = 0; index < steps.Length; index++)
            FolderTree.Remove(AnswerPath(answer, index));
        var process = new GuardedProcess(Python)
        {
            Arguments = ["-I", program, request],
            WorkingFolder = SourceFolder,
            Environment = Variables,
            Limits = Limits,
        };
        var result = await process.RunAsync((bytes, _) => log.Write(bytes.Span), cancellationToken);
        var outcomes = ImmutableArray.CreateBuilder<HookOutcome>(steps.Length);
        for (var index = 0; index < steps.Length; index++)
        {
            outcomes.Add(
                OutcomeOf(AnswerPath(answer, index), result, isFirst: index == outcomes.TakeWhile(IsReached).Count())
            );
        }

        return new HookAnswers(outcomes.MoveToImmutable(), result.Stop);
    }

    private static Lazy<byte[]> Program { get; } =
        new(() =>
        {
            using var stream = typeof(HookRun).Assembly.GetManifestResourceStream("hooks.py");
            using var copy = new MemoryStream();
            stream!.CopyTo(copy); // the project file puts it there
            return copy.ToArray();
        });

    private static bool IsReached(HookOutcome outcome) => outcome is not HookOutcome.NotReached;

    private static string AnswerPath(string answer, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"{answer}.{step}");

    /// <summary>The answer of a step. Where the first one without an answer is not the end of a run that went well, the process itself ended.</summary>
    private static HookOutcome OutcomeOf(string path, GuardedResult result, bool isFirst)
    {
        using var folder = DirectoryHandle.Open(Path.GetDirectoryName(path) ?? "/");
        if (folder.TryReadFile(Path.GetFileName(path), LargestAnswer, out var content) == FileError.None)
            return HookOutcome.TryParse(content) ?? new HookOutcome.Exited(result.ExitCode);
        if (!isFirst || (result.ExitCode == 0 && result.Stop == GuardedStop.None))
            return new HookOutcome.NotReached();
        return result.ExitCode > 128
            ? new HookOutcome.Killed(result.ExitCode - 128)
            : new HookOutcome.Exited(result.ExitCode);
    }

    private byte[] Request(ImmutableArray<HookStep> steps, string answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", SourceFolder);
            json.WriteString("answer", answer);
            json.WriteString("backend", Backend.ObjectPath);
            WriteTexts(json, "backend_path", Backend.SearchFolders);
            WriteTexts(json, "known", Known);
            json.WriteStartArray("steps");
            foreach (var step in steps)
                step.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}

/// <summary>What became of the steps of a run.</summary>
/// <param name="Outcomes">One for each step.</param>
/// <param name="Stop">Which limit ended the run, if one did.</param>
public sealed record HookAnswers(ImmutableArray<HookOutcome> Outcomes, GuardedStop Stop)
{
    /// <summary>The first step that did not answer as it should, unless it was optional and is missing; null when all went well.</summary>
    public int? FirstFailure(ImmutableArray<HookStep> steps)
    {
        for (var index = 0; index < Outcomes.Length; index++)
        {
            var isFine =
                Outcomes[index] is HookOutcome.Returned or HookOutcome.NotReached
                || (Outcomes[index] is HookOutcome.Missing && steps[index].IsOptional);
            if (!isFine)
                return index;
        }

        return null;
    }
}
