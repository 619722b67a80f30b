using System.Buffers;
using System.Globalization;

namespace Krait.Packaging.Metadata;

/// <summary>Names that a wheel may give its scripts: one part of a path, and none of an environment's own programs.</summary>
public static class ScriptName
{
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create("/\\:*?\"<>|");
    private static readonly string[] Devices = ["con", "prn", "aux", "nul", "conin$", "conout$"];

    /// <summary>What forbids the name, in words that continue a sentence about it; null for a good name.</summary>
    public static string? Check(string name) => Check(name, OperatingSystem.IsWindows());

    internal static string? Check(string name, bool isWindows)
    {
        if (name.Length is 0 or > 200)
            return "has no name or one that is too long";
        if (name.AsSpan().ContainsAny(PathCharacters) || name is "." or "..")
            return "is named like a path, not like a file";
        foreach (var c in name)
        {
            // Control and format characters hide what a name says; lone surrogates are no text.
            if (
                char.IsControl(c)
                || char.GetUnicodeCategory(c)
                    is UnicodeCategory.Format
                        or UnicodeCategory.Surrogate
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
            )
            {
                return "has a character in its name that cannot be shown";
            }
        }

        if (name[^1] == ' ' || name[0] == ' ')
            return "has a name that starts or ends with a space";
        if (isWindows && WhyNotOnWindows(name) is { } reason)
            return reason;
        return ReservedPrograms.Contains(name) ? "would replace a program of the environment" : null;
    }

    private static string? WhyNotOnWindows(string name)
    {
        if (name[^1] == '.')
            return "has a name that ends with a dot";
        var stem = name.ToLowerInvariant().Split('.')[0].TrimEnd();
        return
            Devices.Contains(stem, StringComparer.Ordinal)
            || (stem.Length == 4 && stem[..3] is "com" or "lpt" && char.IsAsciiDigit(stem[3]))
            ? "is named like a device"
            : null;
    }
}
