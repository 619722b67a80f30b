using System.Text;

namespace Krait.Installer.Wheels;

/// <summary>The header lines of WHEEL and METADATA files, as far as an installer needs them.</summary>
internal static class WheelHeaders
{
    /// <summary>The first value of a header before the first empty line; null when there is none.</summary>
    public static string? First(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.IsEmpty)
                return null;
            var isWanted =
                line.Length > name.Length
                && line[name.Length] == (byte)':'
                && Ascii.EqualsIgnoreCase(line[..name.Length], name);
            if (isWanted)
                return Encoding.UTF8.GetString(line[(name.Length + 1)..]).Trim();
        }
        return null;
    }
}
