using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Resolver.Reporting;

/// <summary>Why there is no solution.</summary>
/// <param name="Diagnostic">The explanation in words, with hints.</param>
public sealed record Explanation(Diagnostic Diagnostic)
{
    /// <summary>The steps of the proof, each a sentence.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];
}
