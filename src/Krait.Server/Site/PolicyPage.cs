using System.Collections.Immutable;
using Krait.Server.Policy;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>What a view lets through, and what it lately did not.</summary>
internal static class PolicyPage
{
    /// <summary>Writes the page.</summary>
    public static byte[] Write(View view, Place place)
    {
        var html = PageFrame.Begin("Policy", place, "policy");
        html.AddMarkup(
            "<h1>Policy</h1>\n<p class=\"lead\">What this index offers, and what it has held back lately.</p>\n"
        );
        AddRules(html, view.Policy);
        AddRefused(html, view.Decisions.Refused, place);
        AddWithheld(html, view.Decisions.Withheld, place);
        html.Add($"<p class=\"dim small\">The last {DecisionLog.Most} of each, since this server was started. ");
        html.AddMarkup("The page of a version shows why each of its files was denied.</p>\n");
        return PageFrame.End(html, place);
    }

    private static void AddRules(HtmlText html, FilePolicy policy)
    {
        html.AddMarkup("<h2>Rules</h2>\n<div class=\"card\">\n");
        if (!policy.Rules.IsEmpty)
        {
            html.AddMarkup("<p class=\"dim small\">The first rule that matches a file decides.</p>\n<ol>\n");
            foreach (var rule in policy.Rules)
            {
                html.Add(
                    $"<li><span class=\"tag {(rule.Denies ? "bad" : "good")}\">{(rule.Denies ? "deny" : "allow")}</span> "
                );
                html.Add($"{ScopeOf(rule)}{(rule.Reason is { Length: > 0 } reason ? $" – {reason}" : "")}</li>\n");
            }

            html.AddMarkup("</ol>\n<p class=\"dim small\">Where no rule decides:</p>\n");
        }

        html.AddMarkup("<ul>");
        if (policy.CoolDown > TimeSpan.Zero)
        {
            html.Add(
                $"<li>Files of other indexes are offered once they are {Wording.Age(policy.CoolDown)} old.</li>\n"
            );
        }

        if (policy.LargestFile is { } largest)
            html.Add($"<li>Files larger than {Wording.Size(largest)} are not offered.</li>\n");
        html.Add(
            $"<li>Projects that their index has put into quarantine are {(policy.AllowsQuarantined ? "" : "not ")}offered.</li>\n"
        );
        html.AddMarkup("<li>Everything else is offered.</li></ul>\n</div>\n");
    }

    private static string ScopeOf(FileRule rule)
    {
        var parts = new List<string>();
        if (rule.Project is { } project)
            parts.Add(project);
        if (rule.Versions is { } versions)
            parts.Add($"versions {versions}");
        if (rule.Kind is { } kind)
            parts.Add(kind is "wheel" ? "wheels" : "source distributions");
        if (rule.File is { } file)
            parts.Add($"files {file}");
        return parts.Count == 0 ? "everything" : string.Join(", ", parts);
    }

    private static void AddRefused(HtmlText html, IReadOnlyList<RefusedRequest> refused, Place place)
    {
        html.AddMarkup("<h2>Refused requests</h2>\n");
        if (refused.Count == 0)
        {
            html.AddMarkup("<p class=\"empty\">Nobody has asked for anything that is denied.</p>\n");
            return;
        }

        html.AddMarkup(
            "<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>Requested</th><th>Why it was refused</th>"
        );
        html.AddMarkup("<th class=\"num\">Times</th><th>Last</th></tr></thead>\n<tbody>\n");
        foreach (var one in refused)
        {
            html.Add(
                $"<tr><td data-label=\"Requested\" class=\"long\"><a href=\"{place.To(one.Project)}\">{one.What}</a></td>"
            );
            html.Add(
                $"<td data-label=\"Why\" class=\"long\"><div><span class=\"tag bad\">{one.Denial.Code}</span> {Wording.Cut(one.Denial.Reason, 500)}</div></td>"
            );
            html.Add($"<td data-label=\"Times\" class=\"num\">{one.Times}</td>");
            html.Add($"<td data-label=\"Last\" class=\"nowrap\">{Wording.Minute(one.Last)}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
    }

    private static void AddWithheld(HtmlText html, IReadOnlyList<WithheldProject> withheld, Place place)
    {
        html.AddMarkup("<h2>Projects with files that are held back</h2>\n");
        if (withheld.Count == 0)
        {
            html.AddMarkup("<p class=\"empty\">All files of all projects that were asked for are offered.</p>\n");
            return;
        }

        html.AddMarkup(
            "<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>Project</th><th class=\"num\">Held back</th>"
        );
        html.AddMarkup("<th class=\"num\">Offered</th><th>Why</th><th>Since</th></tr></thead>\n<tbody>\n");
        foreach (var project in withheld)
        {
            html.Add(
                $"<tr><td data-label=\"Project\"><a href=\"{place.To(project.Project)}\">{project.Project}</a></td>"
            );
            html.Add($"<td data-label=\"Held back\" class=\"num\">{project.Hidden}</td>");
            html.Add(
                $"<td data-label=\"Offered\" class=\"num\">{project.Offered}</td><td data-label=\"Why\" class=\"long\"><div>"
            );
            AddReasons(html, project.Reasons);
            html.Add(
                $"</div></td><td data-label=\"Since\" class=\"nowrap\">{Wording.Minute(project.Since)}</td></tr>\n"
            );
        }

        html.AddMarkup("</tbody></table></div>\n");
    }

    private static void AddReasons(HtmlText html, ImmutableArray<WithheldReason> reasons)
    {
        foreach (var (denial, files, example) in reasons)
        {
            html.Add($"<div><span class=\"tag odd\">{denial.Code}</span> {Wording.Count(files, "file", "files")}: ");
            html.Add($"{(files == 1 ? example : $"{example} and others")} – {Wording.Cut(denial.Reason, 300)}</div>");
        }
    }
}
