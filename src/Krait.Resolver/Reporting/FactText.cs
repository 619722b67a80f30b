namespace Krait.Resolver.Reporting;

/// <summary>Facts as sentences.</summary>
internal static class FactText
{
    /// <summary>At most this many versions are listed one by one.</summary>
    private const int FewVersions = 4;

    /// <summary>Sentences for facts; dependencies of the same versions share one.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<Fact> facts)
    {
        for (var i = 0; i < facts.Count; i++)
        {
            if (facts[i] is not Fact.DependsOn first)
            {
                yield return Of(facts[i]);
                continue;
            }

            var needs = new List<string> { Needed(first) };
            while (i + 1 < facts.Count && facts[i + 1] is Fact.DependsOn next && IsSameDependent(first, next))
            {
                needs.Add(Needed(next));
                i++;
            }

            yield return $"{Dependent(first)} on {Words.Join(needs.Distinct(StringComparer.Ordinal), "and")}";
        }
    }

    private static string Of(Fact fact) =>
        fact switch
        {
            Fact.Asked asked => $"you require `{asked.Text}`{(asked.Origin is null ? "" : $" in {asked.Origin}")}",
            Fact.NoneInRange { IsOfAll: true } none =>
                $"no version of `{none.Name}` satisfies all of these: there are only {Listed(none.Available)}",
            Fact.NoneInRange none => none.Needed.IsEmpty || none is { Needed.IsAll: true, SkippedReason: not null }
                ? NoneIn(none)
                : $"{NoneIn(none)}{Available(none.Available)}{AlsoSkipped(none)}",
            Fact.Unusable unusable => $"{Versions(unusable)} {Agree(unusable.Reason, unusable.Versions.Length)}",
            Fact.Constrained constrained => $"you constrain {constrained.Limit}",
            Fact.Overridden overridden =>
                $"you override what is required of `{overridden.Name}` with {overridden.Limit}",
            Fact.FromPlace from => $"`{from.Name}` comes from `{from.Place}`, which is {from.Version}",
            Fact.Broken broken => broken.Text,
            Fact.Unknown unknown => $"`{unknown.Name}` {unknown.Reason}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The verb that a reason starts with, for several versions.</summary>
    private static string Agree(string reason, int count)
    {
        var (verb, rest) = reason.Split(' ', 2) is [var first, var other] ? (first, other) : (reason, "");
        var plural = (count, verb) switch
        {
            (1, _) => verb,
            (_, "is") => "are",
            (_, "has") => "have",
            (_, "was") => "were",
            (_, "needs") => "need",
            _ => verb,
        };
        return $"{plural} {rest}";
    }

    private static string NoneIn(Fact.NoneInRange none) =>
        none.Needed.IsEmpty ? $"no version at all can satisfy `{none.Name}{none.NeededText}`"
        : none is { Needed.IsAll: true, SkippedReason: { } reason } ? Skipped(none, reason)
        : none.Needed.IsAll ? $"the page of `{none.Name}` lists no distributions"
        : $"there is no version of `{none.Name}{none.NeededText}`";

    /// <summary>What is on the page but cannot be read may be what is missing.</summary>
    private static string AlsoSkipped(Fact.NoneInRange none) =>
        none.SkippedReason is null ? ""
        : none.SkippedCount == 1 ? $"; one entry on its page was skipped: {none.SkippedReason}"
        : $"; {none.SkippedCount} entries on its page were skipped, the first because {none.SkippedReason}";

    private static string Skipped(Fact.NoneInRange none, string reason) =>
        none.SkippedCount == 1
            ? $"the only entry on the page of `{none.Name}` was skipped: {reason}"
            : $"all {none.SkippedCount} entries on the page of `{none.Name}` were skipped, the first because {reason}";

    private static string Available(IReadOnlyList<Version> versions) =>
        versions.Count switch
        {
            0 => "",
            _ => $", only {Listed(versions)}",
        };

    private static string Listed(IReadOnlyList<Version> versions) =>
        versions.Count <= FewVersions
            ? Words.Join(versions.Select(version => version.ToString()), "and")
            : $"{versions[0]} to {versions[^1]}";

    private static string Versions(Fact.Unusable fact) =>
        fact.Versions.Length <= FewVersions
            ? $"`{fact.Name}` {Words.Join(fact.Versions.Select(v => v.ToString()), "and")}"
            : $"`{fact.Name}` {fact.Versions[0]} to {fact.Versions[^1]} ({fact.Versions.Length} versions)";

    private static string Dependent(Fact.DependsOn fact)
    {
        if (fact.IsEveryVersion)
            return $"every version of `{fact.Dependent}` depends";
        return fact.Versions.IsAll ? $"`{fact.Dependent}` depends" : $"`{fact.Dependent}{fact.Versions}` depends";
    }

    private static string Needed(Fact.DependsOn fact)
    {
        var needed = fact.Needed.IsAll ? $"`{fact.Dependency}`" : $"`{fact.Dependency}{fact.NeededText}`";
        var place = fact.Override?.Place is { } origin ? $", {origin}" : "";
        var source = fact.Override is null ? "" : $" (your override{place})";
        return fact.Condition is null ? $"{needed}{source}" : $"{needed}{source} where `{fact.Condition}`";
    }

    private static bool IsSameDependent(Fact.DependsOn first, Fact.DependsOn second) =>
        string.Equals(first.Dependent, second.Dependent, StringComparison.Ordinal)
        && first.IsEveryVersion == second.IsEveryVersion
        && first.Versions.Equals(second.Versions);
}
