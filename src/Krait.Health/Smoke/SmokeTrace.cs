using System.Text.Json;

namespace Krait.Health.Smoke;

/// <summary>What a child said about one package.</summary>
internal sealed class SmokeTrace
{
    private readonly Dictionary<int, SmokeAnswer> answers = [];

    /// <summary>What was said of each probe, by its place.</summary>
    public IReadOnlyDictionary<int, SmokeAnswer> Answers => answers;

    /// <summary>The probe that was begun last; -1 before the first.</summary>
    public int Begun { get; private set; } = -1;

    /// <summary>How the child ended in the middle of the package; null where it did not.</summary>
    public SmokeEnding? Ending { get; set; }

    /// <summary>What the child wrote before it ended.</summary>
    public string? Output { get; set; }

    /// <summary>Whether nothing is left to try: all of it was tried, or it ended a child.</summary>
    public bool IsFinished => isDone || Ending is not null;

    private bool isDone;

    /// <summary>Takes a line of the child.</summary>
    public void Add(JsonElement line)
    {
        if (line.TryGetProperty("begin", out var begin))
        {
            Begun = begin.GetInt32();
            return;
        }

        isDone |= line.TryGetProperty("done", out var part) && !part.ValueEquals("modules");
        if (!line.TryGetProperty("end", out var end))
            return;
        answers[end.GetInt32()] = new SmokeAnswer(
            line.GetProperty("ok").GetBoolean(),
            line.GetProperty("seconds").GetDouble(),
            Text(line, "type"),
            Text(line, "message"),
            Text(line, "missing"),
            Text(line, "place")
        );
    }

    private static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>What a child said about one probe.</summary>
/// <param name="IsPassed">Whether it worked.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Type">The type of the exception.</param>
/// <param name="Message">The first line of its text.</param>
/// <param name="Missing">The module that was not found.</param>
/// <param name="Place">The file and line that raised it.</param>
internal sealed record SmokeAnswer(
    bool IsPassed,
    double Seconds,
    string? Type,
    string? Message,
    string? Missing,
    string? Place
);

/// <summary>How a child ended that did not come to the end of its list.</summary>
/// <param name="Kind">Why.</param>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal when one ended it.</param>
internal sealed record SmokeEnding(SmokeFailureKind Kind, int ExitCode);
