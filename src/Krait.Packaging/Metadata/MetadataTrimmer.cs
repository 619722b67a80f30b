using System.Buffers;

namespace Krait.Packaging.Metadata;

/// <summary>
/// Cuts a metadata file down to the fields that a resolver reads: a tenth of its size, as descriptions are most of it. What is kept is
/// unchanged, so that reading the cut file gives what reading the whole gives.
/// </summary>
public static class MetadataTrimmer
{
    /// <summary>Writes the lines that count.</summary>
    /// <param name="metadata">The whole file.</param>
    /// <param name="output">Takes the lines, and an empty one at the end.</param>
    /// <param name="keepsIdentity">
    /// Whether `Name` and `Version` are kept: without them, the versions of a project that require the same have the same text.
    /// </param>
    public static void Trim(ReadOnlySpan<byte> metadata, IBufferWriter<byte> output, bool keepsIdentity = true)
    {
        if (metadata.StartsWith("\uFEFF"u8))
            metadata = metadata[3..];
        var isKept = false;
        while (!metadata.IsEmpty)
        {
            var end = metadata.IndexOf((byte)'\n');
            var line = end < 0 ? metadata : metadata[..(end + 1)];
            metadata = metadata[line.Length..];
            // The first empty line ends the fields.
            if (line.TrimEnd("\r\n"u8).IsEmpty)
                break;
            // A line that starts with a blank goes on with the field before.
            if (line[0] is not ((byte)' ' or (byte)'\t'))
                isKept = IsKept(line, keepsIdentity);
            if (isKept)
                output.Write(line);
        }

        output.Write("\n"u8);
    }

    private static bool IsKept(ReadOnlySpan<byte> line, bool keepsIdentity)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return true;
        var name = line[..colon].TrimEnd((byte)' ');
        return name.Length switch
        {
            4 => keepsIdentity && Is(name, "name"u8),
            7 => (keepsIdentity && Is(name, "version"u8)) || Is(name, "dynamic"u8),
            13 => Is(name, "requires-dist"u8),
            14 => Is(name, "provides-extra"u8),
            15 => Is(name, "requires-python"u8),
            16 => Is(name, "metadata-version"u8),
            _ => false,
        };
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(name, lower);
}
