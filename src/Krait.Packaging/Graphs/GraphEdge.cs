namespace Krait.Packaging.Graphs;

/// <summary>A line of a picture, from what requires to what is required.</summary>
/// <param name="From">The place of the one in the list of boxes.</param>
/// <param name="To">The place of the other.</param>
public readonly record struct GraphEdge(int From, int To)
{
    /// <summary>Whether it holds in some environments only; then it is dashed.</summary>
    public bool IsConditional { get; init; }
}
