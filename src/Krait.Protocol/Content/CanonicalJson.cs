using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Protocol.Content;

/// <summary>
/// JSON in one form only, so that equal documents have equal digests: no white space, keys in the order in which their writer, which sorts
/// them, writes them, and no more escapes than JSON asks for.
/// </summary>
internal static class CanonicalJson
{
    private static readonly JsonWriterOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = false,
    };

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = ProtocolLimits.Depth,
        AllowDuplicateProperties = false,
    };

    /// <summary>The document that a writer makes.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Form))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an object, and hands it to a reader that answers null for what is not what it should be.</summary>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> content,
        int limit,
        string what,
        Func<JsonElement, T?> read,
        [NotNullWhen(true)] out T? value,
        [NotNullWhen(false)] out Diagnostic? error
    )
        where T : class
    {
        value = null;
        error = null;
        if (content.Length > limit)
        {
            error = new Diagnostic("invalid-document", $"the {what} has more than {limit} bytes");
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(content, Strict);
            value = document.RootElement.ValueKind is JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            // Not JSON, a value of another type, a number or time that cannot be read, or one name in two spellings.
            value = null;
        }

        if (value is null)
            error = new Diagnostic("invalid-document", $"the {what} is not valid");
        return value is not null;
    }

    /// <summary>A member that must be there.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static JsonElement Need(this JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) ? member : throw new FormatException(name);

    /// <summary>A text that must be there.</summary>
    /// <exception cref="FormatException">It is not, or is longer than any real one.</exception>
    public static string NeedText(this JsonElement value, string name) => Text(value.Need(name));

    /// <summary>A member, or nothing where it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    /// <summary>A text, or null where it is missing.</summary>
    public static string? FindText(this JsonElement value, string name) =>
        value.Find(name) is { } member ? Text(member) : null;

    /// <summary>The value of a string.</summary>
    /// <exception cref="FormatException">It is not one, or is longer than any real one.</exception>
    public static string Text(this JsonElement value) =>
        value.GetString() is { Length: <= ProtocolLimits.MetadataBytes } text ? text : throw new FormatException();

    /// <summary>The elements of an array that must be there.</summary>
    /// <exception cref="FormatException">It has more than it may.</exception>
    public static JsonElement.ArrayEnumerator NeedList(this JsonElement value, string name, int most)
    {
        var list = value.Need(name);
        return list.GetArrayLength() <= most ? list.EnumerateArray() : throw new FormatException(name);
    }

    /// <summary>Writes an array of texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
