using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Changing;

/// <summary>A file that is meant to hold all that its packages require: a lock that lost an entry is refused before anything is changed.</summary>
/// <param name="File">The file, as messages call it.</param>
/// <param name="Hint">What to do about an entry that is missing.</param>
public sealed record ClosedSet(string File, string Hint)
{
    /// <summary>The packages that the file has an entry of; whether one is installed here is the file's own decision.</summary>
    public ImmutableHashSet<PackageName> Entries { get; init; } = [];

    /// <summary>Whether what is missing is only reported: a requirements file may leave out what somebody else provides.</summary>
    public bool IsLenient { get; init; }
}
