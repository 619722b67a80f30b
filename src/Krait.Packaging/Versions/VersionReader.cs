namespace Krait.Packaging.Versions;

/// <summary>The grammar of versions (PEP 440, appendix B), read in one pass without going back.</summary>
internal static class VersionReader
{
    /// <summary>The largest number in a version: one less than the machine's, so that a successor always exists.</summary>
    private const ulong MaximumNumber = ulong.MaxValue - 1;

    /// <summary>
    /// Reads the longest version at <paramref name="position"/> and moves past it. When there is none, the position is where
    /// reading stopped, and the draft says why.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<char> text, ref int position, ref VersionDraft draft)
    {
        if (Peek(text, position) is 'v' or 'V')
            position++;
        if (!TryReadNumber(text, ref position, ref draft, out var number))
            return false;
        if (Peek(text, position) == '!')
        {
            position++;
            draft.Epoch = number;
            if (!TryReadNumber(text, ref position, ref draft, out number))
                return false;
        }

        draft.AddSegment(number);
        while (Peek(text, position) == '.' && char.IsAsciiDigit(Peek(text, position + 1)))
        {
            position++;
            if (!TryReadNumber(text, ref position, ref draft, out number))
                return false;
            draft.AddSegment(number);
        }

        // Most versions end here.
        return position >= text.Length || TryReadSuffixes(text, ref position, ref draft);
    }

    private static bool TryReadSuffixes(ReadOnlySpan<char> text, ref int position, ref VersionDraft draft)
    {
        if (PreKindAt(text, position) is ({ } kind, var preEnd))
        {
            position = preEnd;
            if (!TryReadSuffixNumber(text, ref position, ref draft, out var number))
                return false;
            draft.Pre = new Prerelease(kind, number);
        }

        if (!TryReadPost(text, ref position, ref draft))
            return false;
        if (WordEnd(text, SkipSeparator(text, position), "dev") is { } devEnd)
        {
            position = devEnd;
            if (!TryReadSuffixNumber(text, ref position, ref draft, out var number))
                return false;
            draft.Dev = number;
        }

        ReadLocal(text, ref position, ref draft);
        return true;
    }

    private static (PrereleaseKind? Kind, int End) PreKindAt(ReadOnlySpan<char> text, int position)
    {
        var start = SkipSeparator(text, position);
        return (char)(Peek(text, start) | 0x20) switch
        {
            'a' => (PrereleaseKind.Alpha, WordEnd(text, start, "alpha") ?? start + 1),
            'b' => (PrereleaseKind.Beta, WordEnd(text, start, "beta") ?? start + 1),
            'c' => (PrereleaseKind.Candidate, start + 1),
            'r' when WordEnd(text, start, "rc") is { } end => (PrereleaseKind.Candidate, end),
            'p' when (WordEnd(text, start, "preview") ?? WordEnd(text, start, "pre")) is { } end => (
                PrereleaseKind.Candidate,
                end
            ),
            _ => (null, position),
        };
    }

    private static bool TryReadPost(ReadOnlySpan<char> text, ref int position, ref VersionDraft draft)
    {
        ulong number;
        if (Peek(text, position) == '-' && char.IsAsciiDigit(Peek(text, position + 1)))
        {
            position++;
            if (!TryReadNumber(text, ref position, ref draft, out number))
                return false;
            draft.Post = number;
            return true;
        }

        var start = SkipSeparator(text, position);
        var end = WordEnd(text, start, "post") ?? WordEnd(text, start, "rev") ?? WordEnd(text, start, "r");
        if (end is null)
            return true;
        position = end.Value;
        if (!TryReadSuffixNumber(text, ref position, ref draft, out number))
            return false;
        draft.Post = number;
        return true;
    }

    private static void ReadLocal(ReadOnlySpan<char> text, ref int position, ref VersionDraft draft)
    {
        if (Peek(text, position) != '+' || !char.IsAsciiLetterOrDigit(Peek(text, position + 1)))
            return;
        var start = ++position;
        while (
            char.IsAsciiLetterOrDigit(Peek(text, position))
            || (IsSeparator(Peek(text, position)) && char.IsAsciiLetterOrDigit(Peek(text, position + 1)))
        )
        {
            position++;
        }

        draft.Local = text[start..position];
    }

    /// <summary>The number after a suffix word: an optional separator, then digits; neither need be there.</summary>
    private static bool TryReadSuffixNumber(
        ReadOnlySpan<char> text,
        ref int position,
        ref VersionDraft draft,
        out ulong number
    )
    {
        position = SkipSeparator(text, position);
        number = 0;
        return !char.IsAsciiDigit(Peek(text, position)) || TryReadNumber(text, ref position, ref draft, out number);
    }

    private static bool TryReadNumber(
        ReadOnlySpan<char> text,
        ref int position,
        ref VersionDraft draft,
        out ulong number
    )
    {
        number = 0;
        var start = position;
        for (; position < text.Length && char.IsAsciiDigit(text[position]); position++)
        {
            var digit = (ulong)(text[position] - '0');
            if (number > (MaximumNumber - digit) / 10)
            {
                draft.Problem = "a number in it is too large";
                return false;
            }

            number = (number * 10) + digit;
        }

        if (position == start)
            draft.Problem = "a digit is missing";
        return position > start;
    }

    private static int? WordEnd(ReadOnlySpan<char> text, int start, string word) =>
        text.Length - start >= word.Length
        && text.Slice(start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
            ? start + word.Length
            : null;

    private static int SkipSeparator(ReadOnlySpan<char> text, int position) =>
        IsSeparator(Peek(text, position)) ? position + 1 : position;

    private static bool IsSeparator(char c) => c is '.' or '-' or '_';

    private static char Peek(ReadOnlySpan<char> text, int position) => position < text.Length ? text[position] : '\0';
}
