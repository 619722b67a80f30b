using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Krait.Installer.Records;

/// <summary>Reads and writes RECORD files (the recorded installation format): rows of three comma-separated fields.</summary>
internal static class RecordText
{
    private const string HashPrefix = "sha256=";

    /// <summary>Reads all rows; false when the text is not UTF-8 or a row cannot be read.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, List<RecordRow> rows)
    {
        if (bytes.StartsWith("\xEF\xBB\xBF"u8))
            bytes = bytes[3..];
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        var text = Encoding.UTF8.GetString(bytes);
        var at = 0;
        while (at < text.Length)
        {
            if (!TryReadField(text, ref at, out var path) || !TryReadField(text, ref at, out var hash))
                return false;
            if (!TryReadField(text, ref at, out var size) || !TryEndRow(text, ref at))
                return false;
            if (path.Length + hash.Length + size.Length > 0)
                rows.Add(new RecordRow(path, hash, size));
        }
        return true;
    }

    /// <summary>A digest as RECORD spells it, without the algorithm.</summary>
    public static string Encode(ReadOnlySpan<byte> digest) => Base64Url.EncodeToString(digest);

    /// <summary>Whether a row's hash says what a digest is; null when it uses another function than SHA-256.</summary>
    public static bool? Agrees(string hash, ReadOnlySpan<byte> digest) =>
        hash.StartsWith(HashPrefix, StringComparison.Ordinal)
            ? hash.AsSpan(HashPrefix.Length).TrimEnd('=').SequenceEqual(Encode(digest))
            : null;

    /// <summary>Appends a row for a file with a known digest.</summary>
    public static void Append(StringBuilder text, string path, ReadOnlySpan<byte> digest, long size)
    {
        AppendPath(text, path);
        text.Append(',').Append(HashPrefix).Append(Encode(digest)).Append(',');
        text.Append(CultureInfo.InvariantCulture, $"{size}\n");
    }

    /// <summary>Appends a row that states neither hash nor size: RECORD's own.</summary>
    public static void AppendBare(StringBuilder text, string path)
    {
        AppendPath(text, path);
        text.Append(",,\n");
    }

    private static void AppendPath(StringBuilder text, string path)
    {
        if (path.AsSpan().IndexOfAny(",\"\n\r") < 0)
            text.Append(path);
        else
            text.Append('"').Append(path.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    private static bool TryReadField(string text, ref int at, out string field)
    {
        if (at < text.Length && text[at] == '"')
            return TryReadQuoted(text, ref at, out field);
        var end = text.AsSpan(at).IndexOfAny(",\r\n");
        end = end < 0 ? text.Length : at + end;
        field = text[at..end];
        at = end;
        SkipComma(text, ref at);
        return true;
    }

    private static bool TryReadQuoted(string text, ref int at, out string field)
    {
        var value = new StringBuilder();
        field = string.Empty;
        for (at++; ; at++)
        {
            if (at >= text.Length)
                return false;
            if (text[at] != '"')
            {
                value.Append(text[at]);
                continue;
            }
            at++;
            if (at >= text.Length || text[at] != '"')
                break;
            value.Append('"');
        }
        field = value.ToString();
        if (at < text.Length && text[at] is not (',' or '\r' or '\n'))
            return false;
        SkipComma(text, ref at);
        return true;
    }

    private static void SkipComma(string text, ref int at)
    {
        if (at < text.Length && text[at] == ',')
            at++;
    }

    private static bool TryEndRow(string text, ref int at)
    {
        if (at < text.Length && text[at] == '\r')
            at++;
        if (at >= text.Length)
            return true;
        return text[at++] == '\n';
    }
}
