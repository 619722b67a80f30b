using Krait.Packaging.Text;
using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Forking;

/// <summary>
/// Takes note of which names of a fork come from a URL or path. Only the user may say so, in a requirement, a constraint or an
/// override, and what the user named by URL: otherwise any version of any package could redirect a name.
/// </summary>
internal static class DirectUrls
{
    /// <summary>Registers what a version needs from URLs in a fork.</summary>
    /// <param name="state">The fork.</param>
    /// <param name="packages">The numbers of names.</param>
    /// <param name="visit">The version, or the root.</param>
    /// <param name="dependencies">What it needs in the fork.</param>
    /// <returns>What is wrong with these, and whether something else is known of such a name already.</returns>
    public static DirectUrlProblem Register(
        ForkState state,
        PackageTable packages,
        Visit visit,
        List<Dependency> dependencies
    )
    {
        var isLate = false;
        if (!dependencies.Exists(dependency => dependency.Active.Requirement.Url is not null))
            return new DirectUrlProblem(NameId.None, Reason: null);
        // What the user says first: it may name the place that others lead to.
        foreach (var isTrusted in (bool[])[true, false])
        {
            foreach (var dependency in dependencies)
            {
                var active = dependency.Active;
                if (active.Requirement.Url is not { } url || IsTrusted(visit, active) != isTrusted)
                    continue;
                var name = packages[dependency.Package].Name;
                var reference = new DirectReference(active.Requirement.Name, url, active.Root?.IsEditable ?? false);
                if (!isTrusted && !state.Direct.ContainsKey(name))
                    return new DirectUrlProblem(name, SourceReasons.ForeignUrl(visit.Candidate!, active.Requirement)); // the root is trusted
                if (!TryAdd(state.Direct, name, reference, out var hasChanged))
                {
                    var reason = SourceReasons.TwoUrls(reference.Name, state.Direct[name].Url, url);
                    return new DirectUrlProblem(name, reason);
                }

                isLate |= hasChanged && state.Stepped.Contains(name);
            }
        }

        return new DirectUrlProblem(NameId.None, Reason: null) { IsLate = isLate };
    }

    private static bool IsTrusted(Visit visit, ActiveRequirement active) =>
        active.Source != RequirementSource.Requirer || visit.Candidate is not { Direct: null };

    /// <summary>Adds a reference; false where the name comes from another place. A digest is never lost.</summary>
    private static bool TryAdd(
        Dictionary<NameId, DirectReference> direct,
        NameId name,
        DirectReference reference,
        out bool hasChanged
    )
    {
        hasChanged = true;
        if (!direct.TryGetValue(name, out var known))
        {
            direct.Add(name, reference);
            return true;
        }

        var (place, added) = (DirectPlace.Of(known.Url), DirectPlace.Of(reference.Url));
        hasChanged = !place.HasDigest && added.HasDigest;
        if (!place.IsSameAs(added))
            return false;
        if (hasChanged)
            direct[name] = reference;
        return true;
    }
}

/// <summary>Why what a version needs from URLs cannot be obtained.</summary>
/// <param name="Name">The name that it is about.</param>
/// <param name="Reason">What is wrong; null for nothing.</param>
internal readonly record struct DirectUrlProblem(NameId Name, Diagnostic? Reason)
{
    /// <summary>Whether the fork learned about a name at another place before it learned where the name comes from.</summary>
    public bool IsLate { get; init; }
}
