using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Installer.Records;

/// <summary>Writes rows of RECORD files (recording installed projects) from digests, without a list of rows in between.</summary>
internal static class RecordText
{
    private const string HashPrefix = "sha256=";

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
        RecordFile.AppendField(text, path);
        text.Append(',').Append(HashPrefix).Append(Encode(digest)).Append(',');
        text.Append(CultureInfo.InvariantCulture, $"{size}\n");
    }

    /// <summary>Appends a row that states neither hash nor size: RECORD's own.</summary>
    public static void AppendBare(StringBuilder text, string path)
    {
        RecordFile.AppendField(text, path);
        text.Append(",,\n");
    }
}
