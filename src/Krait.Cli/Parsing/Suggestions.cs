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

    /// <summary>The Levenshtein distance, row by row.</summary>
    private static int Edits(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 8)
            return int.MaxValue;
        var row = new int[right.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
