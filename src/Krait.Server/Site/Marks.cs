namespace Krait.Server.Site;

/// <summary>The marks beside projects, versions and files that are not like others.</summary>
internal static class Marks
{
    private const int MostReasons = 3;
    private const int LongestReason = 500;

    /// <summary>Adds those of a project.</summary>
    public static void Add(HtmlText html, ProjectFacts project)
    {
        if (project.Listing.Document.Status is { } status && status is not "active")
            html.Add($"<span class=\"tag {(status is "quarantined" ? "bad" : "odd")}\">{status}</span> ");
        if (project.Versions.Any() && !project.Versions.Any(version => version.IsOffered))
            html.AddMarkup("<span class=\"tag bad\">not offered</span> ");
    }

    /// <summary>Adds those of a version.</summary>
    public static void Add(HtmlText html, VersionFacts version)
    {
        if (version.Version.IsPrerelease)
            html.AddMarkup("<span class=\"tag\">pre-release</span> ");
        if (version.IsYanked)
            html.AddMarkup("<span class=\"tag odd\">yanked</span> ");
        else if (version.Files.Any(file => file.IsOffered && file.Entry.Yanked is not null))
            html.AddMarkup("<span class=\"tag odd\">partly yanked</span> ");
        if (version.IsRemoved)
            html.AddMarkup("<span class=\"tag bad\">removed</span> ");
        else if (!version.IsOffered)
            html.AddMarkup("<span class=\"tag bad\">not offered</span> ");
        else if (version.Files.Any(file => file.Denial is not null))
            html.AddMarkup("<span class=\"tag odd\">partly offered</span> ");
    }

    /// <summary>Why a version is not like others, in sentences; empty where it is.</summary>
    public static string ReasonOf(VersionFacts version) => Join(ReasonsOf(version.Files), withKind: true);

    /// <summary>Why files are not like others, beside marks that say in what way.</summary>
    public static string RemarkOf(IEnumerable<KnownFile> files)
    {
        var reasons = ReasonsOf(files);
        return Join(reasons, reasons.Count > 1);
    }

    private static List<(string Kind, string Text)> ReasonsOf(IEnumerable<KnownFile> files)
    {
        var reasons = new List<(string Kind, string Text)>();
        foreach (var file in files)
        {
            if (file.Denial is { } denial)
                reasons.Add(("Not offered:", denial.Reason));
            else if (file.IsRemoved)
                reasons.Add(("Removed", $"on {Wording.Day(file.Fact?.Removed)}"));
            else if (file.Entry.Yanked is { Length: > 0 } reason)
                reasons.Add(("Yanked:", reason));
        }

        return [.. reasons.Distinct().Take(MostReasons)];
    }

    private static string Join(List<(string Kind, string Text)> reasons, bool withKind) =>
        Wording.Cut(
            string.Join("; ", reasons.Select(reason => withKind ? $"{reason.Kind} {reason.Text}" : reason.Text)),
            LongestReason
        );
}
