using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// A node of the decision diagram: a question and where each answer leads. Version questions have sorted places and one more
/// child than places; text questions have sorted texts and a last child for all others; the rest have the child for no, then
/// for yes. A node is only made when its answers lead to different places, so equal conditions are equal nodes.
/// </summary>
internal sealed class MarkerNode : IEquatable<MarkerNode>
{
    private readonly int hash;

    /// <summary>Makes a node.</summary>
    /// <param name="variable">The question.</param>
    /// <param name="cuts">The places of a version question.</param>
    /// <param name="texts">The texts of a text question.</param>
    /// <param name="children">Where the answers lead.</param>
    /// <param name="childHashes">The hashes of what stands there, which are the same in every store.</param>
    public MarkerNode(
        MarkerVariable variable,
        VersionCut[] cuts,
        string[] texts,
        int[] children,
        ReadOnlySpan<int> childHashes
    )
    {
        Variable = variable;
        Cuts = cuts;
        Texts = texts;
        Children = children;
        var mixed = new HashCode();
        mixed.Add(variable);
        foreach (var cut in cuts)
            mixed.Add(cut);
        foreach (var text in texts)
            mixed.Add(text, StringComparer.Ordinal);
        foreach (var child in childHashes)
            mixed.Add(child);
        this.hash = mixed.ToHashCode();
    }

    public MarkerVariable Variable { get; }

    public VersionCut[] Cuts { get; }

    public string[] Texts { get; }

    public int[] Children { get; }

    /// <summary>Where a version leads.</summary>
    public int ChildFor(Version version)
    {
        var index = 0;
        while (index < Cuts.Length && Cuts[index].IsBefore(version))
            index++;
        return Children[index];
    }

    /// <summary>Where a text leads.</summary>
    public int ChildFor(string text)
    {
        var index = Array.BinarySearch(Texts, text, StringComparer.Ordinal);
        return index < 0 ? Children[^1] : Children[index];
    }

    /// <summary>Where yes or no leads.</summary>
    public int ChildFor(bool answer) => Children[answer ? 1 : 0];

    public bool Equals(MarkerNode? other) =>
        other is not null
        && hash == other.hash
        && Variable == other.Variable
        && Children.AsSpan().SequenceEqual(other.Children)
        && Cuts.AsSpan().SequenceEqual(other.Cuts)
        && Texts.AsSpan().SequenceEqual(other.Texts);

    public override bool Equals(object? obj) => Equals(obj as MarkerNode);

    public override int GetHashCode() => hash;
}
