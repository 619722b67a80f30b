namespace Krait.Ablation;

/// <summary>A kind of run.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Input">The file of requirements.</param>
/// <param name="FillsCache">Whether the same run came before, so that the cache knows everything.</param>
/// <param name="Refreshes">Whether what the cache knows is too old to be used without asking.</param>
/// <param name="Installs">Whether the answer is installed, too; only that is timed then.</param>
internal sealed record Workload(string Name, string Input, bool FillsCache, bool Refreshes, bool Installs)
{
    /// <summary>All kinds that the analysis tells apart.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("cold", "trio-docs.in", FillsCache: false, Refreshes: false, Installs: false),
        new("warm", "jupyter.in", FillsCache: true, Refreshes: false, Installs: false),
        new("repeat", "jupyter.in", FillsCache: true, Refreshes: true, Installs: false),
        new("download-heavy", "jupyter.in", FillsCache: false, Refreshes: false, Installs: true),
        new("index-heavy", "airflow.in", FillsCache: false, Refreshes: false, Installs: false),
        new("backtracking", "boto3-old-urllib3.in", FillsCache: false, Refreshes: false, Installs: false),
    ];
}
