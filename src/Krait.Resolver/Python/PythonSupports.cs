using System.Collections.Concurrent;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Python;

/// <summary>What each Requires-Python says, worked out once: most files of an index say one of a few things. Safe for use by several threads.</summary>
internal sealed class PythonSupports
{
    private readonly ConcurrentDictionary<SpecifierSet, PythonSupport> supports = [];

    /// <summary>What a version's file says; null when it says nothing.</summary>
    public PythonSupport? Of(Candidate candidate) => Of((candidate.Wheel ?? candidate.Sdist)?.RequiresPython);

    /// <summary>What a text says; null when it says nothing.</summary>
    public PythonSupport? Of(SpecifierSet? requiresPython) =>
        requiresPython is null || requiresPython.Clauses.IsEmpty
            ? null
            : supports.GetOrAdd(requiresPython, static specifiers => new PythonSupport(specifiers));
}
