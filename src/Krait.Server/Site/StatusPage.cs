using Krait.Server.Activity;

namespace Krait.Server.Site;

/// <summary>How this server is doing: how much it had at hand, and how fast the indexes behind it answer.</summary>
internal static class StatusPage
{
    private static readonly (int Hours, int Step)[] Windows = [(1, 1), (6, 4), (24, 15)];

    /// <summary>Writes the page.</summary>
    /// <param name="activity">What the server did.</param>
    /// <param name="now">The time.</param>
    /// <param name="wanted">How many hours are to be shown; 0 for as many as there are.</param>
    /// <param name="place">Where the page is.</param>
    public static byte[] Write(ActivityLog activity, DateTimeOffset now, int wanted, Place place)
    {
        var age = now - activity.Since;
        var window = Windows.FirstOrDefault(window => window.Hours == wanted);
        if (window.Hours == 0)
            window = Windows.FirstOrDefault(window => TimeSpan.FromHours(window.Hours) >= age, Windows[^1]);
        var points = activity.Read(window.Hours * 60, window.Step);
        var day = activity.Read(ActivityLog.Minutes, ActivityLog.Minutes)[0];
        var html = PageFrame.Begin("Status", place, "status");
        html.AddMarkup("<h1>Status</h1>\n");
        html.Add($"<p class=\"lead\">This server has been running for {Wording.Age(age)}.</p>\n");
        AddTiles(html, day);
        AddWindows(html, window.Hours);
        AddCharts(html, points, window.Step, now);
        AddNumbers(html, activity);
        html.Add(
            $"<p class=\"dim small\">Kept in memory for a day, for this server alone. <a href=\"{place.ServerRoot}metrics\">Metrics</a> "
        );
        html.AddMarkup("has more numbers, for Prometheus.</p>\n");
        return PageFrame.End(html, place);
    }

    private static void AddTiles(HtmlText html, ActivityMinute day)
    {
        html.AddMarkup("<div class=\"tiles\">\n");
        Tile(html, Wording.Percent(day.CacheRatio), "served from the cache");
        Tile(html, Wording.Time(day.MeanUpstream), "upstream latency");
        Tile(html, Number(day.Answers), "requests");
        Tile(html, Number(day.Failures), "failed requests");
        Tile(html, Number(day.UpstreamFailures), "upstream failures");
        html.AddMarkup("</div>\n<p class=\"dim small\">In the last 24 hours.</p>\n");
    }

    private static void Tile(HtmlText html, string number, string name) =>
        html.Add($"<div class=\"tile\"><b>{number}</b><span>{name}</span></div>\n");

    private static void AddWindows(HtmlText html, int hours)
    {
        html.AddMarkup("<h2>Over time</h2>\n<div class=\"pages\">");
        foreach (var (choice, _) in Windows)
        {
            var name = Wording.Count(choice, "hour", "hours");
            if (choice == hours)
                html.Add($"<b>{name}</b> ");
            else
                html.Add($"<a href=\"?hours={choice}\">{name}</a> ");
        }

        html.AddMarkup("</div>\n");
    }

    private static void AddCharts(HtmlText html, ActivityMinute[] points, int step, DateTimeOffset now)
    {
        var from = points[0].Start;
        new Chart(
            "Served from the cache",
            [
                new ChartLine("Pages", "a", [.. points.Select(point => point.PageRatio)]),
                new ChartLine("Files", "b", [.. points.Select(point => point.FileRatio)]),
            ],
            Top: 1,
            value => Wording.Percent(value)
        ).Add(html, "Nobody has asked for pages or files of other indexes yet.", from, now);
        double?[] mean = [.. points.Select(point => point.MeanUpstream?.TotalMilliseconds)];
        double?[] slowest =
        [
            .. points.Select(point =>
                point.UpstreamAnswers == 0 ? (double?)null : point.SlowestUpstream.TotalMilliseconds
            ),
        ];
        new Chart(
            "Upstream latency",
            [new ChartLine("Slowest", "c", slowest), new ChartLine("Average", "a", mean)],
            Chart.RoundTop(slowest, least: 10),
            value => Wording.Time(TimeSpan.FromMilliseconds(value))
        ).Add(html, "No other index has been asked for anything yet.", from, now);
        double?[] answers = [.. points.Select(point => (double?)point.Answers)];
        double?[] failures = [.. points.Select(point => (double?)point.Failures)];
        new Chart(
            step > 1 ? $"Requests every {Wording.Count(step, "minute", "minutes")}" : "Requests every minute",
            [new ChartLine("All", "a", answers), new ChartLine("Failed", "c", failures)],
            Chart.RoundTop(answers, least: 10),
            value => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)
        ).Add(html, "There were no requests yet.", from, now);
    }

    /// <summary>Adds the same as numbers, hour by hour.</summary>
    private static void AddNumbers(HtmlText html, ActivityLog activity)
    {
        html.AddMarkup(
            "<details><summary>Hour by hour</summary>\n<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>Until</th>"
        );
        html.AddMarkup(
            "<th class=\"num\">Requests</th><th class=\"num\">Failed</th><th class=\"num\">Pages cached</th>"
        );
        html.AddMarkup(
            "<th class=\"num\">Files cached</th><th class=\"num\">Upstream</th><th class=\"num\">Slowest</th></tr></thead>\n<tbody>\n"
        );
        foreach (var hour in activity.Read(ActivityLog.Minutes, 60).Reverse().Where(hour => hour.Answers > 0))
        {
            html.Add($"<tr><td data-label=\"Until\" class=\"nowrap\">{Wording.Minute(hour.Start.AddHours(1))}</td>");
            html.Add(
                $"<td data-label=\"Requests\" class=\"num\">{hour.Answers}</td><td data-label=\"Failed\" class=\"num\">{hour.Failures}</td>"
            );
            html.Add($"<td data-label=\"Pages cached\" class=\"num\">{Wording.Percent(hour.PageRatio)}</td>");
            html.Add($"<td data-label=\"Files cached\" class=\"num\">{Wording.Percent(hour.FileRatio)}</td>");
            html.Add($"<td data-label=\"Upstream\" class=\"num\">{Wording.Time(hour.MeanUpstream)}</td>");
            var slowest = hour.UpstreamAnswers == 0 ? (TimeSpan?)null : hour.SlowestUpstream;
            html.Add($"<td data-label=\"Slowest\" class=\"num\">{Wording.Time(slowest)}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div></details>\n");
    }

    private static string Number(long number) =>
        number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
