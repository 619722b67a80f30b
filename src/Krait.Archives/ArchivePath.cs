using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Archives;

/// <summary>
/// A path from an archive, RECORD or script name that has been checked to stay below any folder it is put under: relative, `/` between
/// segments, no `.`, `..`, drive, backslash or control character, and no name that this system cannot keep.
/// </summary>
public sealed class ArchivePath : IEquatable<ArchivePath>
{
    private const int LongestPath = 2048;
    private const int LongestSegment = 255;

    private ArchivePath(string value) => Value = value;

    /// <summary>The path, without a final `/`.</summary>
    public string Value { get; }

    /// <summary>The part after the last `/`.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Checks a path.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out ArchivePath? path,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryParse(text, FileNameRules.Current, out path, out error);

    internal static bool TryParse(
        string text,
        FileNameRules rules,
        [NotNullWhen(true)] out ArchivePath? path,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var fault = FindFault(text, rules);
        path = fault is null ? new ArchivePath(text) : null;
        error = fault is null ? null : new Diagnostic("archive-path", $"the path `{SafeText.Escape(text)}` {fault}");
        return fault is null;
    }

    /// <inheritdoc/>
    public bool Equals(ArchivePath? other) =>
        other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ArchivePath);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? FindFault(string text, FileNameRules rules)
    {
        if (text.Length == 0)
            return "is empty";
        if (text[0] == '/')
            return "is absolute";
        if (text.Length >= 2 && text[1] == ':' && char.IsAsciiLetter(text[0]))
            return "starts with a drive";
        if (Encoding.UTF8.GetByteCount(text) > LongestPath)
            return "is too long";
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\\')
                return "contains a backslash";
            if (
                rune.IsAscii ? rune.Value is < 0x20 or 0x7F : SafeText.IsInvisible(rune) || rune == Rune.ReplacementChar
            )
            {
                return "contains a control or invisible character";
            }
        }

        foreach (var range in text.AsSpan().Split('/'))
        {
            if (FindSegmentFault(text.AsSpan()[range], rules) is { } fault)
                return fault;
        }

        return null;
    }

    private static string? FindSegmentFault(ReadOnlySpan<char> segment, FileNameRules rules)
    {
        switch (segment)
        {
            case "":
                return "has an empty segment";
            case ".":
                return "has a `.` segment";
            case "..":
                return "leads out of its directory";
        }

        if (Encoding.UTF8.GetByteCount(segment) > LongestSegment)
            return "has a segment that is too long";
        if (!rules.ForbidsReserved)
            return null;
        if (segment[^1] is '.' or ' ')
            return "has a segment that ends in a dot or a space";
        return IsReserved(segment) ? "has a name that is reserved on Windows" : null;
    }

    private static bool IsReserved(ReadOnlySpan<char> segment)
    {
        var dot = segment.IndexOf('.');
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        if (stem.Length == 3)
        {
            return stem.Equals("con", StringComparison.OrdinalIgnoreCase)
                || stem.Equals("prn", StringComparison.OrdinalIgnoreCase)
                || stem.Equals("aux", StringComparison.OrdinalIgnoreCase)
                || stem.Equals("nul", StringComparison.OrdinalIgnoreCase);
        }

        return stem.Length == 4
            && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³')
            && (
                stem.StartsWith("com", StringComparison.OrdinalIgnoreCase)
                || stem.StartsWith("lpt", StringComparison.OrdinalIgnoreCase)
            );
    }
}
