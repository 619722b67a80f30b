namespace Krait.Platform.Files;

/// <summary>A path with `*`, `?`, `[abc]`, `{a,b}` and `**`, relative to a folder.</summary>
/// <param name="text">The pattern.</param>
public sealed class GlobPattern(string text)
{
    private readonly string[] parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether there is anything in the pattern but a plain path.</summary>
    public static bool IsPattern(string text) => text.AsSpan().ContainsAny("*?[{");

    /// <summary>How many leading parts are a plain path.</summary>
    public int PlainParts => parts.TakeWhile(part => !IsPattern(part)).Count();

    /// <summary>The plain path that the pattern starts with.</summary>
    public string PlainStart => string.Join('/', parts.Take(PlainParts));

    /// <summary>Whether a path matches, part by part; `**` stands for any number of parts.</summary>
    public bool Matches(ReadOnlySpan<string> path)
    {
        // What of the pattern may be reached after each part: linear in both lengths.
        var reached = new bool[parts.Length + 1];
        reached[0] = true;
        SkipStars(reached);
        foreach (var name in path)
        {
            var next = new bool[parts.Length + 1];
            for (var index = 0; index < parts.Length; index++)
            {
                if (!reached[index])
                    continue;
                if (parts[index] is "**")
                    next[index] = true;
                else if (MatchesName(parts[index], name))
                    next[index + 1] = true;
            }

            SkipStars(next);
            reached = next;
        }

        return reached[^1];
    }

    private void SkipStars(bool[] reached)
    {
        for (var index = 0; index < parts.Length; index++)
            reached[index + 1] |= reached[index] && parts[index] is "**";
    }

    /// <summary>Whether one name matches one part of a pattern.</summary>
    public static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var open = pattern.IndexOf('{');
        var length = open < 0 ? -1 : pattern[open..].IndexOf('}');
        if (length < 0)
            return MatchesOneOf(pattern, name);
        var choices = pattern.Slice(open + 1, length - 1);
        foreach (var choice in choices.Split(','))
        {
            if (MatchesName(string.Concat(pattern[..open], choices[choice], pattern[(open + length + 1)..]), name))
                return true;
        }

        return false;
    }

    /// <summary>The same, where nothing is left to choose; only the last `*` is ever tried again.</summary>
    private static bool MatchesOneOf(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (p, n) = (0, 0);
        var (star, mark) = (-1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out var used))
            {
                p += used;
                n++;
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char c, out int used)
    {
        used = 1;
        if (pattern[0] == '?')
            return true;
        var end = pattern[0] == '[' ? pattern[1..].IndexOf(']') : -1;
        if (end < 1)
            return pattern[0] == c;
        used = end + 2;
        var set = pattern.Slice(1, end);
        var isNegated = set[0] is '!' or '^' && set.Length > 1;
        return Contains(isNegated ? set[1..] : set, c) != isNegated;
    }

    private static bool Contains(ReadOnlySpan<char> set, char c)
    {
        for (var index = 0; index < set.Length; index++)
        {
            var isRange = index + 2 < set.Length && set[index + 1] == '-';
            if (isRange ? c >= set[index] && c <= set[index + 2] : c == set[index])
                return true;
            index += isRange ? 2 : 0;
        }

        return false;
    }
}
