using System.Globalization;
using System.Text;
using Krait.Packaging.Distributions;

namespace Krait.Installer.Wheels;

/// <summary>
/// What an unpacked wheel is kept under: the full file name, so that a wheel for another interpreter is never taken, and a digest of
/// where it came from, so that files of one name from two sources stay apart.
/// </summary>
/// <param name="File">The wheel's file name.</param>
/// <param name="Source">The digest of its source, from <see cref="SourceOf"/>.</param>
public sealed record WheelKey(WheelFileName File, string Source)
{
    /// <summary>A digest of a source: an index's URL, a direct URL or a path, without credentials or fragment.</summary>
    public static string SourceOf(string source)
    {
        // FNV-1a in 128 bits: sources are chosen by the user, and every entry carries the archive's own SHA-256.
        var hash = new UInt128(0x6c62272e07bb0142, 0x62b821756295c58d);
        foreach (var value in Encoding.UTF8.GetBytes(source))
            hash = (hash ^ value) * new UInt128(0x0000000001000000, 0x000000000000013B);
        return hash.ToString("x32", CultureInfo.InvariantCulture)[..16];
    }

    /// <summary>The entry's folder, relative to its bucket.</summary>
    internal string RelativePath => $"{Source}/{File.Name.Value}/{File}";
}
