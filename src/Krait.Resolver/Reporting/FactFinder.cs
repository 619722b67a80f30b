using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Reporting;

/// <summary>Turns what a proof rests on into facts about published versions, those nearest to the request first.</summary>
internal sealed class FactFinder(ResolutionSession session, ForkState state, ProofReader proof)
{
    private const int MaximalBroken = 3;

    private readonly ForkEnvironment environment = state.Environment;
    private readonly List<Fact> facts = [];
    private readonly HintFinder hints = new(session, state.Environment);
    private readonly HashSet<NameId> explained = [];
    private readonly ILookup<NameId, VersionRanges> needs = proof.Edges.ToLookup(
        edge => edge.Dependency.Name,
        edge => edge.Needed
    );

    public ImmutableArray<Fact> Facts => [.. facts];

    /// <summary>What would help: what is wrong with versions says it, or the way in which the facts exclude each other.</summary>
    public ImmutableArray<Hint> Hints =>
        hints.Found.IsEmpty && new NextStep(facts, Published).Find() is { } step ? [step] : hints.Found;

    public void Find()
    {
        var edges = proof.Edges.Index().ToList();
        var byDependent = edges.ToLookup(edge => edge.Item.Dependent.Name);
        var layer = edges.Where(edge => edge.Item.Dependent.Kind == PackageKind.Root).ToList();
        while (layer.Count > 0)
        {
            foreach (var (_, edge) in layer)
                Add(edge);
            var names = layer.Select(edge => edge.Item.Dependency.Name).Distinct().Where(explained.Add).ToList();
            foreach (var name in names)
                Explain(name, [.. needs[name]]);
            layer = [.. names.SelectMany(name => byDependent[name]).OrderBy(edge => edge.Index)];
        }
    }

    private void Add(ProofEdge edge)
    {
        if (edge.Dependent.Kind == PackageKind.Root)
        {
            if (
                !AddAsked(edge)
                && !AddConstraint(edge)
                && FindLimit(session.Request.Overrides, edge) is { } replacement
            )
            {
                AddOnce(new Fact.Overridden(replacement.Requirement.Name, replacement));
            }

            return;
        }

        if (AddConstraint(edge))
            return;
        var published = Published(edge.Dependent.Name);
        var concerned = published.Where(edge.Versions.Contains).ToList();
        if (published.Count > 0 && concerned.Count == 0)
            return;
        var isEvery = concerned.Count == published.Count;
        var versions = WhatWasAsked(edge, concerned, published) ?? RangeOf(concerned, published);
        var needed = Narrow(edge);
        var text = session.Ranges.TextOf(needed);
        facts.Add(
            new Fact.DependsOn(Text(edge.Dependent), versions, isEvery, Text(edge.Dependency), needed, text)
            {
                Override = FindLimit(session.Request.Overrides, edge),
                Condition = environment.IsUniversal
                    ? edge.Dependency.Marker.AssumePython(environment.Pythons).ToText()
                    : null,
            }
        );
    }

    /// <summary>What the user requires; false where it is none of that.</summary>
    private bool AddAsked(ProofEdge edge)
    {
        var name = session.Packages.NameAt(edge.Dependency.Name);
        var isAsked = false;
        foreach (var root in session.Request.Requirements)
        {
            if (!IsOf(root.Requirement, edge))
                continue;
            isAsked = true;
            AddOnce(new Fact.Asked(name, root.Requirement.ToString(), edge.Needed, root.Origin));
        }

        return isAsked;
    }

    /// <summary>A constraint is the user's word, not that of the package it was applied to.</summary>
    private bool AddConstraint(ProofEdge edge)
    {
        if (FindLimit(session.Request.Constraints, edge) is not { } constraint)
            return false;
        AddOnce(new Fact.Constrained(constraint.Requirement.Name, constraint));
        return true;
    }

    private UserLimit? FindLimit(ImmutableArray<UserLimit> limits, ProofEdge edge) =>
        limits.FirstOrDefault(limit => IsOf(limit.Requirement, edge));

    /// <summary>Whether a requirement says what an edge of the proof says.</summary>
    private bool IsOf(Packaging.Requirements.Requirement requirement, ProofEdge edge) =>
        requirement.Name.Equals(session.Packages.NameAt(edge.Dependency.Name))
        && environment.IsActiveWithoutExtra(requirement.Marker)
        && session.Ranges[session.Ranges.Intern(requirement.Specifiers)].Equals(edge.Needed);

    private void AddOnce(Fact fact)
    {
        if (!facts.Contains(fact))
            facts.Add(fact);
    }

    /// <summary>What several versions need, told as one: the published versions that it holds.</summary>
    private VersionRanges Narrow(ProofEdge edge)
    {
        var published = Published(edge.Dependency.Name);
        return edge.Needed.Segments.Count < 3 || published.Count == 0
            ? edge.Needed
            : RangeOf([.. published.Where(edge.Needed.Contains)], published);
    }

    /// <summary>Where all versions that anybody asked for are concerned, what was asked says it shortest.</summary>
    private VersionRanges? WhatWasAsked(ProofEdge edge, List<Version> concerned, List<Version> published)
    {
        var asked = needs[edge.Dependent.Name].ToList();
        var wanted = concerned.Where(version => asked.Exists(range => range.Contains(version))).ToList();
        return asked.Find(range =>
            !range.IsAll
            && wanted.TrueForAll(range.Contains)
            && published.Where(range.Contains).All(edge.Versions.Contains)
        );
    }

    /// <summary>Published versions as intervals whose bounds are published versions.</summary>
    private static VersionRanges RangeOf(List<Version> concerned, List<Version> published)
    {
        var result = VersionRanges.Empty;
        for (var i = 0; i < published.Count; i++)
        {
            if (!concerned.Contains(published[i]))
                continue;
            var first = i;
            while (i + 1 < published.Count && concerned.Contains(published[i + 1]))
                i++;
            var from = first == 0 ? VersionRanges.All : VersionRanges.AtLeast(published[first]);
            var to = i == published.Count - 1 ? VersionRanges.All : VersionRanges.AtMost(published[i]);
            var interval = first == i ? VersionRanges.Singleton(published[i]) : from.Intersect(to);
            result = result.Union(interval);
        }

        return published.Count == 0 ? VersionRanges.All : result;
    }

    /// <summary>A reason with the facts that it rests on.</summary>
    private static string TextOf(Diagnostic reason) =>
        reason.Notes.IsEmpty ? reason.Message : $"{reason.Message} ({string.Join("; ", reason.Notes)})";

    /// <summary>Says what keeps the versions of a name that are needed from being used, where something does.</summary>
    private void Explain(NameId id, List<VersionRanges> needed)
    {
        var name = session.Packages.NameAt(id);
        AddBroken(name, [.. proof.Reasons.Where(r => r.Name == id).Select(r => session.Reasons[r.Reason])]);

        foreach (var (_, versions) in proof.OnItself.Where(own => own.Name == id))
        {
            const string Reason = "needs another version of itself";
            facts.Add(new Fact.Unusable(name, VersionsIn(id, versions), Reason) { IsForEveryone = true });
        }

        foreach (var (_, versions, need) in proof.OnSystem.Where(own => own.Name == id))
            facts.Add(new Fact.Unusable(name, VersionsIn(id, versions), $"needs {need}"));
        if (state.Direct.TryGetValue(id, out var direct))
        {
            if (proof.Reasons.TrueForAll(r => r.Name != id))
                AddPlace(id, direct);
            return;
        }

        if (session.Memory.Peek(name, environment) is not { } known)
            return;
        if (known.Response is not VersionsResponse.Found)
        {
            facts.Add(new Fact.Unknown(name, hints.ExplainMissing(known)));
            return;
        }

        AddEmptyRanges(id, [.. needed.Distinct()]);
        if (!proof.WithoutVersions.Contains(id))
            return;

        foreach (var (versions, reason) in hints.ExplainUnusable(known, needed))
            facts.Add(new Fact.Unusable(name, versions, reason));
    }

    /// <summary>What stands behind a URL or path, who named it, and what keeps that from being used.</summary>
    private void AddPlace(NameId id, DirectReference reference)
    {
        foreach (var root in session.Request.Requirements)
        {
            if (root.Requirement.Url is null || !IsInForce(root.Requirement, reference))
                continue;
            var fact = new Fact.Asked(reference.Name, root.Requirement.ToString(), VersionRanges.All, root.Origin);
            if (!facts.Contains(fact))
                facts.Add(fact);
        }

        if (VersionBehind(reference) is not var (version, metadata))
            return;
        if (
            proof.WithoutVersions.Contains(id)
            && session.Supports.Of(metadata.RequiresPython) is { } support
            && !support.Allows(environment)
            && hints.ExplainPython(reference.Name, support) is { } reason
        )
        {
            facts.Add(new Fact.Unusable(reference.Name, [version], reason));
        }
        else
        {
            facts.Add(new Fact.FromPlace(reference.Name, reference.Url, version));
        }
    }

    private bool IsInForce(Packaging.Requirements.Requirement requirement, DirectReference reference) =>
        requirement.Name.Equals(reference.Name) && environment.IsActiveWithoutExtra(requirement.Marker);

    /// <summary>What stands behind a URL or path, where that is known.</summary>
    private (Version Version, Packaging.Metadata.CoreMetadata Metadata)? VersionBehind(DirectReference reference) =>
        SourceMemory.ResultOf(session.Memory.DirectOf(reference)) is DirectResponse.Found found
            ? (found.Version, found.Metadata)
            : null;

    private void AddBroken(PackageName name, List<Diagnostic> reasons)
    {
        // A few show what is wrong; a list of them would hide the other facts.
        var shown = reasons.Count > MaximalBroken ? MaximalBroken - 1 : reasons.Count;
        foreach (var reason in reasons.Take(shown))
        {
            facts.Add(new Fact.Broken(name, TextOf(reason)));
            hints.AddFrom(name, reason);
        }

        if (reasons.Count > shown)
        {
            facts.Add(
                new Fact.Broken(name, $"{reasons.Count - shown} more versions of `{name}` cannot be used either")
            );
        }
    }

    /// <summary>Ranges that hold nothing published, each alone or all together.</summary>
    private void AddEmptyRanges(NameId id, List<VersionRanges> needed)
    {
        var published = Published(id);
        if (published.Count == 0 && session.Memory.Peek(session.Packages.NameAt(id), environment)?.Count > 0)
            return;
        var name = session.Packages.NameAt(id);
        var empty = needed.Where(range => !published.Exists(range.Contains)).ToList();
        var skipped = session.Memory.Peek(name, environment)?.Skipped ?? default;
        foreach (var range in empty)
        {
            facts.Add(
                new Fact.NoneInRange(name, range, session.Ranges.TextOf(range), [.. published])
                {
                    SkippedCount = skipped.Count,
                    SkippedReason = skipped.Reason,
                }
            );
        }

        if (empty.Count == 0 && needed.Count > 1)
        {
            var common = needed.Aggregate((first, second) => first.Intersect(second));
            if (!common.IsEmpty && proof.WithoutVersions.Contains(id) && !published.Exists(common.Contains))
                facts.Add(new Fact.NoneInRange(name, common, "", [.. published]) { IsOfAll = true });
        }
    }

    private ImmutableArray<Version> VersionsIn(NameId id, VersionRanges range) =>
        [.. Published(id).Where(range.Contains)];

    private List<Version> Published(NameId id) => Published(session.Packages.NameAt(id));

    private List<Version> Published(PackageName name)
    {
        if (state.Direct.TryGetValue(session.Packages.IdOf(name), out var direct))
            return VersionBehind(direct) is var (version, _) ? [version] : [];
        var listed = session.Memory.Peek(name, environment) is { } known
            ? Enumerable
                .Range(0, known.Count)
                .Where(i => session.Selector.Judge(known, i) != Usability.TooNew)
                .Select(known.VersionAt)
            : [];
        // What is installed need not be on any index.
        if (session.Installed.Find(name, VersionRanges.All) is { } installed)
            listed = listed.Append(installed.Version).Order();
        return [.. listed.Distinct()];
    }

    private string Text(PackageKey key)
    {
        var name = session.Packages.NameAt(key.Name);
        return key.Extra is null ? name.Value : $"{name}[{key.Extra}]";
    }
}
