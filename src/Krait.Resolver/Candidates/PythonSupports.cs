using System.Collections.Concurrent;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>
/// What each Requires-Python says, worked out once: most files of a page say one of a few things. `&gt;=3.9` and `&gt;=3.9.0` are equal
/// and yet told apart: messages show what was written. Safe for use by several threads.
/// </summary>
internal sealed class PythonSupports
{
    private readonly ConcurrentDictionary<SpecifierSet, PythonSupport> supports = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>What a version's file says; null when it says nothing.</summary>
    public PythonSupport? Of(Candidate candidate) => Of((candidate.Wheel ?? candidate.Sdist)?.RequiresPython);

    /// <summary>What a text says; null when it says nothing.</summary>
    public PythonSupport? Of(SpecifierSet? requiresPython) =>
        requiresPython is null || requiresPython.Clauses.IsEmpty
            ? null
            : supports.GetOrAdd(requiresPython, static specifiers => new PythonSupport(specifiers));
}
