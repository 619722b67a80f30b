namespace Krait.Ablation;

/// <summary>One optimization.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Expected">What the analysis of pip's input and output expected of it, in percent of the time of a run.</param>
/// <param name="With">The variable that is set for runs with it, and its value.</param>
/// <param name="Without">The variable that is set for runs without it, and its value.</param>
internal sealed record Feature(
    string Name,
    string Expected,
    (string Name, string Value) With,
    (string Name, string Value) Without
)
{
    private const string Switches = "KRAIT_FEATURES";

    /// <summary>All of them, and all together.</summary>
    public static IReadOnlyList<Feature> All { get; } =
    [
        Switch("http2", "20–30 % cold"),
        Switch("brotli", "1–3 % cold"),
        Switch("prewarm", "2–5 %"),
        Switch("ranges", "not stated"),
        Switch("prefetch", "30–50 % of large trees"),
        Switch("pipelining", "5–15 %"),
        Switch("non-blocking", "30–50 % of large trees"),
        Switch("presubmit", "5–10 % of repeats"),
        Switch("prediction", "20–40 % of repeats"),
        Switch("batches", "3–8 % with backtracking"),
        Setting("depth 2, not 1", "3–8 % with backtracking", "KRAIT_PREFETCH_DEPTH", "2", "1"),
        Setting("page width 100, not 16", "not stated", "KRAIT_CONCURRENT_PAGES", "100", "16"),
        Setting("metadata width 400, not 8", "not stated", "KRAIT_CONCURRENT_METADATA", "400", "8"),
        Switch("parallel-downloads", "15–25 % of downloads"),
        Switch("streaming", "not stated"),
        new("all", "not stated", (Switches, "all"), (Switches, "none")),
    ];

    private static Feature Switch(string name, string expected) =>
        new(name, expected, (Switches, "all"), (Switches, $"-{name}"));

    private static Feature Setting(string name, string expected, string variable, string with, string without) =>
        new(name, expected, (variable, with), (variable, without));
}
