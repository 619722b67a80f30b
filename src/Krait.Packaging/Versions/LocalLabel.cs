using System.Text;

namespace Krait.Packaging.Versions;

/// <summary>The local label of a version (`+cu118`): its normal form and its order (PEP 440).</summary>
internal static class LocalLabel
{
    /// <summary>Lower case, segments joined by `.`, numbers without leading zeros.</summary>
    public static string Normalize(ReadOnlySpan<char> text)
    {
        var normalized = new StringBuilder(text.Length);
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is not ('.' or '-' or '_'))
                continue;
            if (normalized.Length > 0)
                normalized.Append('.');
            AppendSegment(normalized, text[start..i]);
            start = i + 1;
        }

        return normalized.ToString();
    }

    /// <summary>Segment by segment: numbers by value and above words, words by text, a longer label above its prefix, none lowest.</summary>
    public static int Compare(string? left, string? right)
    {
        if (left is null || right is null)
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        ReadOnlySpan<char> leftRest = left;
        ReadOnlySpan<char> rightRest = right;
        while (!leftRest.IsEmpty && !rightRest.IsEmpty)
        {
            var order = CompareSegments(TakeSegment(ref leftRest), TakeSegment(ref rightRest));
            if (order != 0)
                return order;
        }

        return (leftRest.IsEmpty ? 0 : 1) - (rightRest.IsEmpty ? 0 : 1);
    }

    private static void AppendSegment(StringBuilder normalized, ReadOnlySpan<char> segment)
    {
        if (IsNumber(segment))
        {
            var digits = segment.TrimStart('0');
            normalized.Append(digits.IsEmpty ? "0" : digits);
            return;
        }

        foreach (var c in segment)
            normalized.Append(char.ToLowerInvariant(c));
    }

    private static ReadOnlySpan<char> TakeSegment(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('.');
        var segment = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return segment;
    }

    private static int CompareSegments(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var leftIsNumber = IsNumber(left);
        if (leftIsNumber != IsNumber(right))
            return leftIsNumber ? 1 : -1;
        // Without leading zeros, more digits are a larger number: no number is too large to compare.
        if (leftIsNumber && left.Length != right.Length)
            return left.Length - right.Length;
        return left.SequenceCompareTo(right);
    }

    private static bool IsNumber(ReadOnlySpan<char> segment) => !segment.ContainsAnyExceptInRange('0', '9');
}
