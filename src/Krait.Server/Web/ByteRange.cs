using System.Globalization;

namespace Krait.Server.Web;

/// <summary>The part of a file that a `Range` header asks for (RFC 9110, section 14).</summary>
/// <param name="Start">The first byte.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ByteRange(long Start, long Count)
{
    /// <summary>What a header means for a file.</summary>
    internal enum Meaning
    {
        /// <summary>The whole file: there is no header, it cannot be read, or it asks for several parts.</summary>
        Whole,

        /// <summary>One part.</summary>
        Part,

        /// <summary>Nothing that the file has.</summary>
        Unsatisfiable,
    }

    /// <summary>Reads a header. Several parts at once are answered with the whole, which the specification allows.</summary>
    public static Meaning Read(string header, long length, out ByteRange range)
    {
        range = new ByteRange(0, length);
        const string Unit = "bytes=";
        if (
            !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)
            || header.Contains(',', StringComparison.Ordinal)
        )
        {
            return Meaning.Whole;
        }

        var text = header.AsSpan(Unit.Length).Trim();
        var dash = text.IndexOf('-');
        if (dash < 0)
            return Meaning.Whole;
        var hasFirst = TryNumber(text[..dash].Trim(), out var first);
        var hasLast = TryNumber(text[(dash + 1)..].Trim(), out var last);
        if (dash == 0)
            return hasLast ? Suffix(last, length, out range) : Meaning.Whole;
        if (!hasFirst || (!hasLast && !text[(dash + 1)..].IsWhiteSpace()) || (hasLast && last < first))
            return Meaning.Whole;
        if (first >= length)
            return Meaning.Unsatisfiable;
        var end = hasLast ? Math.Min(last, length - 1) : length - 1;
        range = new ByteRange(first, end - first + 1);
        return Meaning.Part;
    }

    private static Meaning Suffix(long count, long length, out ByteRange range)
    {
        count = Math.Min(count, length);
        range = new ByteRange(length - count, count);
        return count == 0 ? Meaning.Unsatisfiable : Meaning.Part;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return true;
        // A number too large to hold is beyond every file.
        var isNumber = text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
        number = isNumber ? long.MaxValue : 0;
        return isNumber;
    }
}
