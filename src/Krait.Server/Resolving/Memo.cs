using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Protocol.Resolving;

namespace Krait.Server.Resolving;

/// <summary>An answer, and what it depends on that it does not list: projects that were not there.</summary>
internal sealed record Memo(ResolutionAnswer Answer, ImmutableArray<PackageName> Absent)
{
    /// <summary>About how much memory it takes.</summary>
    public long Size =>
        1000 + (Answer.Consulted.Length * 200L) + Answer.Packages.Sum(package => package.Files.Length + 500L);
}
