namespace Krait.Resolver.Candidates;

/// <summary>
/// Something of the machine that versions were built for, and that an environment has once: versions that need different versions of it
/// are never chosen together.
/// </summary>
/// <param name="Name">How messages call it: `CUDA`.</param>
/// <param name="Version">The version that is needed.</param>
public sealed record SystemNeed(string Name, Version Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";
}
