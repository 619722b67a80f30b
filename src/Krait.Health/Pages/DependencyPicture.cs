using System.Text;
using Krait.Packaging.Graphs;
using Krait.Projects.Inspection;

namespace Krait.Health.Pages;

/// <summary>Who requires whom among what is installed, as a picture.</summary>
/// <param name="graph">What is installed.</param>
/// <param name="toneOf">How good each package is.</param>
public sealed class DependencyPicture(InstalledGraph graph, Func<InstalledPackage, HtmlTone> toneOf)
{
    /// <summary>Appends the picture as SVG.</summary>
    public void Append(StringBuilder page)
    {
        var packages = graph.Packages.OrderBy(package => package.Name).ToList();
        var places = packages.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var nodes = packages.ConvertAll(package => new GraphNode($"{package.DisplayName} {package.VersionText}")
        {
            Tone = HtmlPage.ClassOf(toneOf(package)),
        });
        var edges = packages.SelectMany(package =>
            package
                .Requirements.Select(edge => edge.Target)
                .OfType<InstalledPackage>()
                .Distinct()
                .Select(target => new GraphEdge(places[package], places[target]))
        );
        new GraphPicture(nodes, [.. edges]).Append(page);
    }
}
