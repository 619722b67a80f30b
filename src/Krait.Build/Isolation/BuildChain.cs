using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Build.Isolation;

/// <summary>What is being built because something else needs it for its own build, the outermost first.</summary>
public sealed class BuildChain
{
    private const int Deepest = 30;
    private const string CycleCode = "build-cycle";
    private const string DepthCode = "build-depth";

    private readonly ImmutableArray<(string Key, string Name)> links;

    private BuildChain(ImmutableArray<(string Key, string Name)> links) => this.links = links;

    /// <summary>Nothing is being built.</summary>
    public static BuildChain Empty { get; } = new([]);

    /// <summary>The names of what is being built.</summary>
    public IEnumerable<string> Names => links.Select(link => link.Name);

    /// <summary>
    /// A text that no other chain has. Whoever shares work between askers shares it only between those with equal chains: then work waits
    /// for work with longer chains only, and never in a circle.
    /// </summary>
    public string Key => string.Join('\n', links.Select(link => link.Key));

    /// <summary>The chain with one more build in it.</summary>
    /// <param name="key">What tells the source from others.</param>
    /// <param name="name">Its name for messages.</param>
    /// <exception cref="KraitException">The source is in the chain already: it can never be built.</exception>
    public BuildChain Enter(string key, string name)
    {
        var start = links.ToList().FindIndex(link => string.Equals(link.Key, key, StringComparison.Ordinal));
        if (start >= 0)
            throw Cycle(start, name);
        if (links.Length >= Deepest)
            throw TooDeep(name);
        return new BuildChain(links.Add((key, name)));
    }

    private EndlessBuildException Cycle(int start, string name)
    {
        var notes = new List<string>();
        for (var index = start; index < links.Length; index++)
        {
            var next = index + 1 < links.Length ? links[index + 1].Name : name;
            notes.Add($"building {links[index].Name} needs {next}");
        }

        return new EndlessBuildException(
            new Diagnostic(CycleCode, $"{name} cannot be built: its build needs {name} itself")
            {
                Notes = [.. notes],
                Hints =
                [
                    $"Use a version of {name} that has a wheel, or allow wheels with {Control.OnlyBinary.With(NameOf(name))}",
                ],
            }
        );
    }

    private EndlessBuildException TooDeep(string name) =>
        new(
            new Diagnostic(DepthCode, $"{name} cannot be built: {links.Length} builds are waiting for each other")
            {
                Notes = [string.Join(" → ", Names.Append(name))],
            }
        );

    private static string NameOf(string name) => name.Split(' ', '=')[0];
}
