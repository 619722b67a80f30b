using Krait.Resolver.Solving;

namespace Krait.Resolver.Tests.Solving;

/// <summary>A set of up to 64 versions.</summary>
internal readonly record struct BitSet(ulong Bits) : IVersionSet<BitSet>
{
    public static BitSet Empty => new(0);

    public static BitSet All => new(ulong.MaxValue);

    public BitSet Complement() => new(~Bits);

    public BitSet Intersect(BitSet other) => new(Bits & other.Bits);

    public BitSet Union(BitSet other) => new(Bits | other.Bits);

    public bool IsSubsetOf(BitSet other) => (Bits & ~other.Bits) == 0;

    public bool IsDisjointFrom(BitSet other) => (Bits & other.Bits) == 0;
}
