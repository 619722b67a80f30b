namespace Krait.Packaging.Graphs;

/// <summary>A box of a picture.</summary>
/// <param name="Label">What is written in it; one that is too long is cut, and is there whole as its title.</param>
public sealed record GraphNode(string Label)
{
    /// <summary>The class that its style goes by.</summary>
    public string Tone { get; init; } = "plain";

    /// <summary>Where it leads to; null for nowhere.</summary>
    public string? Address { get; init; }
}
