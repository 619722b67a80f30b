using System.Collections.Concurrent;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

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
    public PythonSupport? Of(Candidate candidate) => Of(candidate.RequiresPython);

    /// <summary>What keeps a version from serving all Pythons of a fork: what it states, or the wheels that it has; null for nothing.</summary>
    public PythonSupport? Excluding(Candidate candidate, ForkEnvironment environment)
    {
        if (Of(candidate) is { } stated && !stated.Allows(environment))
            return stated;
        if (candidate.WheelPythons is not { } pythons)
            return null;
        var inside = pythons.Intersect(environment.Pythons);
        var support = new PythonSupport(inside.IsEmpty ? pythons : inside);
        return inside.IsEmpty || !support.Allows(environment) ? support : null;
    }

    /// <summary>What a text says; null when it says nothing.</summary>
    public PythonSupport? Of(SpecifierSet? requiresPython) =>
        requiresPython is null || requiresPython.Clauses.IsEmpty
            ? null
            : supports.GetOrAdd(requiresPython, static specifiers => new PythonSupport(specifiers));
}
