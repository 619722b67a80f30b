using System.Collections.Immutable;
using Krait.Packaging.Graphs;
using Krait.Packaging.Names;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>
/// What a version needs, and what that needs, as far as this server knows: of each project the newest version that will do for whom it was
/// met with first. That is a picture and no resolution. It has a bounded number of projects.
/// </summary>
/// <param name="view">The view whose projects count.</param>
/// <param name="metadata">What distributions say of themselves.</param>
internal sealed class DependencyGraph(View view, MetadataShelf metadata)
{
    /// <summary>How many projects it has at most.</summary>
    public const int MostProjects = 60;

    private readonly List<GraphNode> nodes = [];
    private readonly List<GraphEdge> edges = [];
    private readonly Dictionary<PackageName, int> places = [];

    /// <summary>The picture; null before it is drawn, and where nothing is required.</summary>
    public GraphPicture? Picture => edges.Count == 0 ? null : new GraphPicture(nodes, edges);

    /// <summary>Whether there is more than fits.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How many projects it has.</summary>
    public int Count => nodes.Count;

    /// <summary>Draws what a version needs.</summary>
    public async Task DrawAsync(
        PackageName project,
        VersionFacts version,
        Place place,
        CancellationToken cancellationToken
    )
    {
        var pending = new Queue<(int Place, VersionFacts Version, ImmutableArray<ExtraName> Extras)>();
        places[project] = 0;
        nodes.Add(new GraphNode($"{project} {version.Version}") { Tone = "root" });
        pending.Enqueue((0, version, []));
        while (pending.TryDequeue(out var next))
        {
            var found = await metadata.FindAsync(next.Version, cancellationToken);
            foreach (var dependency in Wanted(found, next.Extras))
            {
                if (!places.TryGetValue(dependency.Name, out var target))
                {
                    if (nodes.Count == MostProjects)
                    {
                        IsCut = true;
                        continue;
                    }

                    var chosen = await ChooseAsync(dependency, cancellationToken);
                    target = places[dependency.Name] = nodes.Count;
                    nodes.Add(NodeOf(dependency.Name, chosen, place));
                    if (chosen is not null)
                        pending.Enqueue((target, chosen, dependency.Extras));
                }

                AddEdge(next.Place, target, dependency.Environments.Length > 0);
            }
        }
    }

    private static IEnumerable<Dependency> Wanted(KnownMetadata? metadata, ImmutableArray<ExtraName> extras) =>
        (metadata?.Dependencies ?? [])
            .Where(dependency => dependency.For.IsEmpty || dependency.For.Any(extras.Contains))
            .OrderBy(dependency => dependency.Name);

    private void AddEdge(int from, int to, bool isConditional)
    {
        // A project may require another one several times, for different environments.
        if (from != to && !edges.Exists(edge => edge.From == from && edge.To == to))
            edges.Add(new GraphEdge(from, to) { IsConditional = isConditional });
    }

    private static GraphNode NodeOf(PackageName project, VersionFacts? chosen, Place place) =>
        chosen is null
            ? new GraphNode(project.Value) { Tone = "unknown", Address = place.To(project) }
            : new GraphNode($"{project} {chosen.Version}") { Address = place.To(project, chosen.Version) };

    private async Task<VersionFacts?> ChooseAsync(Dependency dependency, CancellationToken cancellationToken)
    {
        if (await view.FindKnownAsync(dependency.Name, cancellationToken) is not { } listing)
            return null;
        var fitting = ProjectFacts
            .Of(listing)
            .Versions.Where(version =>
                version.IsOffered && !version.IsYanked && dependency.Specifiers?.Contains(version.Version) is not false
            )
            .ToList();
        return fitting.Find(version => !version.Version.IsPrerelease) ?? fitting.FirstOrDefault();
    }
}
