using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Protocol.Resolving;
using Krait.Server.Caching;

namespace Krait.Server.Resolving;

/// <summary>An answer, and what it depends on that it does not list: projects that were not there.</summary>
internal sealed class Memo(ResolutionAnswer answer, ImmutableArray<PackageName> absent)
{
    private Piece? start;

    /// <summary>The answer as it was worked out.</summary>
    public ResolutionAnswer Answer => answer;

    /// <summary>The projects that were not there.</summary>
    public ImmutableArray<PackageName> Absent => absent;

    /// <summary>All of the answer that comes before its time; written when it is first asked for.</summary>
    public Piece Start => start ??= new Piece(AnswerText.Of(answer).Start);

    /// <summary>About how much memory it takes: the bytes, and the objects that they were written from.</summary>
    public long Size => 1000 + Start.Size + (3L * Start.Plain.Length);
}
