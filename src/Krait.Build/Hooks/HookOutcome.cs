using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Build.Hooks;

/// <summary>What became of the call of a hook.</summary>
public abstract record HookOutcome
{
    private HookOutcome() { }

    /// <summary>It returned a text, a list of texts, or nothing.</summary>
    public sealed record Returned(string? Text, ImmutableArray<string> List) : HookOutcome;

    /// <summary>The backend does not have the hook.</summary>
    public sealed record Missing : HookOutcome;

    /// <summary>The backend has the hook, but says that it cannot do this here.</summary>
    public sealed record Unsupported(string Message) : HookOutcome;

    /// <summary>It raised an exception.</summary>
    public sealed record Failed(string Type, string Message) : HookOutcome;

    /// <summary>The backend could not be imported.</summary>
    public sealed record NoBackend(string Type, string Message) : HookOutcome;

    /// <summary>It ended the process by itself, without an answer.</summary>
    public sealed record Exited(int Code) : HookOutcome;

    /// <summary>A signal ended the process.</summary>
    public sealed record Killed(int Signal) : HookOutcome;

    /// <summary>A step before it kept it from being called.</summary>
    public sealed record NotReached : HookOutcome;

    /// <summary>Reads an answer; null when it is not one.</summary>
    internal static HookOutcome? TryParse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            return Parse(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static HookOutcome? Parse(JsonElement answer)
    {
        var error = answer.TryGetProperty("error", out var described) ? described : default;
        return answer.GetProperty("status").GetString() switch
        {
            "returned" => ParseValue(answer.GetProperty("value")),
            "missing" => new Missing(),
            "unsupported" => new Unsupported(TextOf(error, "message")),
            "failed" => new Failed(TextOf(error, "type"), TextOf(error, "message")),
            "no-backend" => new NoBackend(TextOf(error, "type"), TextOf(error, "message")),
            "exited" => new Exited(answer.GetProperty("code").GetInt32()),
            "killed" => new Killed(answer.GetProperty("code").GetInt32()),
            _ => null,
        };
    }

    private static Returned ParseValue(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
            ? new Returned(null, [.. value.EnumerateArray().Select(item => item.GetString() ?? "")])
            : new Returned(value.GetString(), []);

    private static string TextOf(JsonElement error, string name) => error.GetProperty(name).GetString() ?? "";
}
