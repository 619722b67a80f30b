using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Server.Site;

/// <summary>Finds projects by a part of their name, as names are compared: case, and which separators are used, do not matter.</summary>
internal static class ProjectSearch
{
    /// <summary>The longest text that is looked for; no name is longer.</summary>
    public const int LongestQuery = 100;

    /// <summary>A text as names are spelled.</summary>
    public static string Normalize(string query)
    {
        var text = query.Trim();
        if (text.Length > LongestQuery)
            text = text[..LongestQuery];
        // People put spaces where names have dashes.
        return NameNormalization.Normalize(text.Replace(' ', '-'));
    }

    /// <summary>The names that a text is in: itself, then those that begin with it, then the others, each in order.</summary>
    /// <param name="names">All names, in order.</param>
    /// <param name="text">The text, normalized.</param>
    public static ImmutableArray<PackageName> Find(ImmutableArray<PackageName> names, string text)
    {
        if (text.Length == 0)
            return names;
        var first = ImmutableArray.CreateBuilder<PackageName>();
        var others = new List<PackageName>();
        foreach (var name in names)
        {
            // Order puts a name before all that it begins.
            if (name.Value.StartsWith(text, StringComparison.Ordinal))
                first.Add(name);
            else if (name.Value.Contains(text, StringComparison.Ordinal))
                others.Add(name);
        }

        first.AddRange(others);
        return first.ToImmutable();
    }
}
