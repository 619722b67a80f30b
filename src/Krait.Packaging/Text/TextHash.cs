using System.Runtime.InteropServices;

namespace Krait.Packaging.Text;

/// <summary>A hash of short texts for tables in memory, faster than the framework's; never stored, and no defence against chosen texts.</summary>
internal static class TextHash
{
    /// <summary>Hashes a text; the upper bits are the better ones.</summary>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        const ulong Prime = 0x9E37_79B9_7F4A_7C15;
        var hash = (ulong)text.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(text);
        foreach (var word in words)
            hash = (hash ^ word) * Prime;
        foreach (var rest in text[(words.Length * 8)..])
            hash = (hash ^ rest) * Prime;
        return hash;
    }
}
