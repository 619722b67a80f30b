namespace Krait.Cli.Parsing;

/// <summary>Finds what the user most likely meant.</summary>
internal static class Suggestions
{
    /// <summary>The candidate that takes the fewest edits to reach, when those are few beside its length; else null.</summary>
    public static string? Nearest(string text, IEnumerable<string> candidates)
    {
        string? best = null;
        var fewest = Math.Max(1, text.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Edits(text, candidate);
            if (edits >= fewest)
                continue;
            fewest = edits;
            best = candidate;
        }

        return best;
    }

    /// <summary>How many letters are added, left out, replaced or swapped with their neighbour (optimal string alignment).</summary>
    private static int Edits(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 8)
            return int.MaxValue;
        var (before, above, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(substitution, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
        }

        return row[^1];
    }
}
