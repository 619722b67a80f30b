namespace Krait.Resolver.Reporting;

/// <summary>Lists in words.</summary>
internal static class Words
{
    /// <summary>`a`, `a and b`, `a, b and c`.</summary>
    public static string Join(IEnumerable<string> items, string conjunction)
    {
        var list = items.ToList();
        return list.Count switch
        {
            0 => "",
            1 => list[0],
            _ => $"{string.Join(", ", list.Take(list.Count - 1))} {conjunction} {list[^1]}",
        };
    }
}
