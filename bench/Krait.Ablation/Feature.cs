namespace Krait.Ablation;

/// <summary>One optimization.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Switch">What `KRAIT_FEATURES` is without it.</param>
/// <param name="Expected">What the analysis of pip's input and output expected of it, in percent of the time of a run.</param>
internal sealed record Feature(string Name, string Switch, string Expected)
{
    /// <summary>All of them, and all together.</summary>
    public static IReadOnlyList<Feature> All { get; } =
    [
        new("http2", "-http2", "20–30 % cold"),
        new("brotli", "-brotli", "1–3 % cold"),
        new("prewarm", "-prewarm", "2–5 %"),
        new("ranges", "-ranges", "not stated"),
        new("prefetch", "-prefetch", "30–50 % of large trees, with the resolver that never waits"),
        new("pipelining", "-pipelining", "5–15 %"),
        new("presubmit", "-presubmit", "5–10 % of repeats"),
        new("prediction", "-prediction", "20–40 % of repeats"),
        new("batches", "-batches", "3–8 % with backtracking"),
        new("parallel-downloads", "-parallel-downloads", "15–25 % of downloads"),
        new("all", "none", "not stated"),
    ];
}
