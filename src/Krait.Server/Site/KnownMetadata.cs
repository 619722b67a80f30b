using System.Collections.Immutable;
using Krait.Packaging.Metadata;

namespace Krait.Server.Site;

/// <summary>What a distribution says of itself, as far as pages show it.</summary>
internal sealed record KnownMetadata
{
    private const int MostDependencies = 1000;
    private const int MostLinks = 8;
    private const int LongestText = 300;

    /// <summary>What it is, in a line.</summary>
    public required string Summary { get; init; }

    /// <summary>Under which license it is.</summary>
    public required string License { get; init; }

    /// <summary>Who made it.</summary>
    public required string Author { get; init; }

    /// <summary>Where to read more: labels, and addresses that a browser can open.</summary>
    public required ImmutableArray<(string Label, string Url)> Links { get; init; }

    /// <summary>What it requires.</summary>
    public required ImmutableArray<Dependency> Dependencies { get; init; }

    /// <summary>About how much memory it takes.</summary>
    public long Size => 2000 + (Dependencies.Length * 300L);

    /// <summary>Reads metadata; null where it cannot be read.</summary>
    public static KnownMetadata? TryRead(byte[] content)
    {
        if (!CoreMetadata.TryParse(content, out var core, out _))
            return null;
        var raw = RawMetadata.Parse(content);
        return new KnownMetadata
        {
            Summary = Line(raw.Text("summary")),
            License = Line(raw.Text("license_expression") ?? raw.Text("license")),
            Author = Line(raw.Text("author") ?? raw.Text("author_email") ?? raw.Text("maintainer")),
            Links = [.. LinksOf(raw).DistinctBy(link => link.Url, StringComparer.Ordinal).Take(MostLinks)],
            Dependencies = [.. core.RequiresDist.Take(MostDependencies).Select(Dependency.Of)],
        };
    }

    private static IEnumerable<(string Label, string Url)> LinksOf(RawMetadata raw)
    {
        if (raw.Text("home_page") is { } home && IsLink(home))
            yield return ("Home page", home);
        foreach (var (label, url) in raw.ProjectUrls ?? [])
        {
            if (IsLink(url))
                yield return (Line(label), url);
        }
    }

    /// <summary>Whether it is an address of the web: no script, and no other program, is started by a link.</summary>
    private static bool IsLink(string text) =>
        text.Length <= 2000
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("https" or "http")
        && url.UserInfo.Length == 0;

    /// <summary>The first line of a text: some write the whole license where its name belongs.</summary>
    private static string Line(string? text)
    {
        var line = (text ?? "").AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        return Wording.Cut((end < 0 ? line : line[..end]).ToString(), LongestText);
    }
}
