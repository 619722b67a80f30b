using System.Buffers.Text;

namespace Krait.Installer.Records;

/// <summary>Digests as RECORD files (recording installed projects) spell them.</summary>
internal static class RecordText
{
    private const string HashPrefix = "sha256=";

    /// <summary>Whether a row's hash says what a digest is; null when it uses another function than SHA-256.</summary>
    public static bool? Agrees(string hash, ReadOnlySpan<byte> digest) =>
        hash.StartsWith(HashPrefix, StringComparison.Ordinal)
            ? hash.AsSpan(HashPrefix.Length).TrimEnd('=').SequenceEqual(Base64Url.EncodeToString(digest))
            : null;
}
