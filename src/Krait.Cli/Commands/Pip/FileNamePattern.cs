namespace Krait.Cli.Commands.Pip;

/// <summary>Patterns on file names as Python's `fnmatch` has them: `*`, `?` and `[…]`.</summary>
internal static class FileNamePattern
{
    /// <summary>Whether a name matches a pattern.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == '*')
            {
                var rest = pattern.TrimStart('*');
                for (var skipped = 0; skipped <= name.Length; skipped++)
                {
                    if (Matches(rest, name[skipped..]))
                        return true;
                }

                return false;
            }

            if (name.IsEmpty || !MatchesOne(pattern, name[0], out var length))
                return false;
            pattern = pattern[length..];
            name = name[1..];
        }

        return name.IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char character, out int length)
    {
        length = 1;
        // A set has at least one member, which may be `]`.
        if (pattern[0] == '[' && pattern[Math.Min(2, pattern.Length)..].IndexOf(']') is >= 0 and var end)
        {
            length = end + 3;
            return IsIn(pattern[1..(length - 1)], character);
        }

        return pattern[0] == '?' || pattern[0] == character;
    }

    private static bool IsIn(ReadOnlySpan<char> set, char character)
    {
        var isNegated = set[0] == '!';
        if (isNegated)
            set = set[1..];
        var isFound = false;
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                isFound |= character >= set[i] && character <= set[i + 2];
                i += 2;
            }
            else
            {
                isFound |= character == set[i];
            }
        }

        return isFound != isNegated;
    }
}
