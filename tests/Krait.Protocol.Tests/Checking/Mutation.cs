using Krait.Protocol.Resolving;

namespace Krait.Protocol.Tests.Checking;

/// <summary>A right answer made wrong.</summary>
/// <param name="Name">What was done to it.</param>
/// <param name="Answer">The wrong answer.</param>
public sealed record Mutation(string Name, ResolutionAnswer Answer)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
