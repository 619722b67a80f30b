using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Reporting;

/// <summary>The one thing to do next, where nothing that is wrong with a version says it already.</summary>
/// <param name="facts">What leaves no solution.</param>
/// <param name="published">The published versions of a name, oldest first.</param>
internal sealed class NextStep(IReadOnlyList<Fact> facts, Func<PackageName, IReadOnlyList<Version>> published)
{
    private readonly List<Fact.Asked> asked = [.. facts.OfType<Fact.Asked>()];
    private readonly List<Fact.DependsOn> dependencies = [.. facts.OfType<Fact.DependsOn>()];

    /// <summary>The step, nearest to the request first; null where nothing is known that would help.</summary>
    public Hint? Find() =>
        LoosenConstraint()
        ?? ChangeOverride()
        ?? KeepOneOfOneName()
        ?? ChangeToFit()
        ?? AskForWhatExists()
        ?? FindMissing()
        ?? FindMissingVersion()
        ?? TakeExtrasApart()
        ?? SettleDispute()
        ?? LeaveOut();

    private Hint? LoosenConstraint()
    {
        var constraints = facts.OfType<Fact.Constrained>().ToList();
        return constraints.Count switch
        {
            0 => null,
            1 => Step(constraints[0].Name, $"Change the constraint {constraints[0].Limit}{Otherwise(constraints[0])}"),
            _ => Step(
                constraints[0].Name,
                $"Change one of the constraints {Words.Join(constraints.Select(c => c.Limit.ToString()), "and")}"
            ),
        };

        string Otherwise(Fact.Constrained constraint) =>
            asked.Find(one => one.Name.Equals(constraint.Name) && !one.Needed.IsAll) is { } root
                ? $", or what you require with `{root.Text}`"
                : "";
    }

    private Hint? ChangeOverride()
    {
        var replaced = facts.OfType<Fact.Overridden>().Select(fact => fact.Limit);
        return
            replaced.Concat(dependencies.Select(fact => fact.Override).OfType<UserLimit>()).FirstOrDefault()
                is { } limit
            ? Step(limit.Requirement.Name, $"Change the override {limit}")
            : null;
    }

    /// <summary>`flask>=3` and `flask&lt;3`</summary>
    private Hint? KeepOneOfOneName()
    {
        foreach (var first in asked)
        {
            var second = asked.Find(other =>
                !ReferenceEquals(other, first)
                && other.Name.Equals(first.Name)
                && !HasVersionIn(first.Name, first.Needed.Intersect(other.Needed))
            );
            if (second is not null)
                return Step(first.Name, $"Keep only one of `{first.Text}` and `{second.Text}`");
        }

        return null;
    }

    /// <summary>`kombu==4.2.0` where `celery` depends on `kombu&lt;4.2`</summary>
    private Hint? ChangeToFit()
    {
        foreach (var dependency in dependencies)
        {
            var name = NameOf(dependency.Dependency);
            var root = asked.Find(one => one.Name.Equals(name) && !one.Needed.IsAll);
            if (
                root is null
                || HasVersionIn(name, root.Needed.Intersect(dependency.Needed))
                || !HasVersionIn(name, dependency.Needed)
            )
            {
                continue;
            }

            var wanted = $"`{name}{dependency.NeededText}`";
            return Step(name, $"Change `{root.Text}` to fit {wanted}, which {Dependent(dependency)} needs");
        }

        return null;
    }

    /// <summary>`flask>=9`</summary>
    private Hint? AskForWhatExists()
    {
        foreach (var none in facts.OfType<Fact.NoneInRange>().Where(none => !none.Available.IsEmpty))
        {
            if (!asked.Exists(root => root.Name.Equals(none.Name) && root.Needed.Equals(none.Needed)))
                continue;
            if (PrereleaseOf(none) is { } prerelease)
                return Step(none.Name, $"To take the pre-release, ask for `{none.Name}>={prerelease}`");
            return Step(none.Name, $"Ask for a version that exists, such as `{none.Name}=={Nearest(none)}`");
        }

        return null;
    }

    /// <summary>The final version nearest to what is needed: of the same major number where there is one, else the next higher.</summary>
    private static Version Nearest(Fact.NoneInRange none)
    {
        var versions = none.Available.Where(version => !version.IsPrerelease).ToList();
        if (versions.Count == 0)
            versions = [.. none.Available];
        if (none.Needed.IsEmpty || none.Needed.Segments[0].Lower is not { } wanted)
            return versions[0];
        var above = versions.Find(version => version.CompareTo(wanted) > 0);
        var below = versions.FindLast(version => version.CompareTo(wanted) <= 0);
        return above is null || (below?.Major == wanted.Major && above.Major != wanted.Major)
            ? below ?? versions[^1]
            : above;
    }

    private Hint? FindMissing()
    {
        if (facts.OfType<Fact.Unknown>().FirstOrDefault() is not { } unknown)
            return null;
        return IsAsked(unknown.Name)
            ? Step(unknown.Name, $"Check the spelling of `{unknown.Name}`, or name the index that has it")
            : Step(unknown.Name, $"Name the index that has `{unknown.Name}`, or exclude it if you can do without");
    }

    /// <summary>A dependency on `lib>=5` that nobody published.</summary>
    private Hint? FindMissingVersion()
    {
        if (facts.OfType<Fact.NoneInRange>().FirstOrDefault(none => !none.IsOfAll) is not { } none)
            return null;
        if (PrereleaseOf(none) is { } prerelease)
            return Step(none.Name, $"To take the pre-release, override `{none.Name}` with `{none.Name}=={prerelease}`");
        return Step(
            none.Name,
            $"Name the index that has `{none.Name}{none.NeededText}`, or override what is needed of `{none.Name}`"
        );
    }

    /// <summary>`tensor[cpu,gpu]`</summary>
    private Hint? TakeExtrasApart()
    {
        if (asked is not [var root])
            return null;
        var extras = dependencies
            .Where(d => d.Dependent.Contains('[', StringComparison.Ordinal) && NameOf(d.Dependent).Equals(root.Name))
            .Select(d => $"`{d.Dependent}`")
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return extras.Count < 2
            ? null
            : Step(root.Name, $"Ask for only one of {Words.Join(extras, "and")}: they cannot be used together");
    }

    /// <summary>`shop` wants `money>=3`, `billing` wants `money&lt;3`</summary>
    private Hint? SettleDispute()
    {
        var disputed = dependencies
            .GroupBy(dependency => NameOf(dependency.Dependency))
            .LastOrDefault(group =>
                group.Count() > 1
                && !HasVersionIn(group.Key, group.Select(d => d.Needed).Aggregate((all, one) => all.Intersect(one)))
            );
        if (disputed is null)
            return null;
        var name = disputed.Key;
        return asked.Count > 1
            ? Step(name, $"Leave out one of {Asked("and")}, or override `{name}`, on which they disagree")
            : Step(name, $"Override what is needed of `{name}`: no version of it satisfies all of these");
    }

    private Hint? LeaveOut()
    {
        if (asked.Count > 1)
            return Step(asked[0].Name, $"Leave out one of {Asked("and")}");
        if (asked is not [var root])
            return null;
        if (root.Text.Contains(" @ ", StringComparison.Ordinal))
        {
            const string Otherwise = "or leave the address out to take a version of an index";
            return Step(root.Name, $"Name another file of `{root.Name}`, {Otherwise}");
        }

        // Only what its authors published is a matter for them.
        var isTheirs = facts.All(fact =>
            fact
                is Fact.Asked
                    or Fact.DependsOn { Override: null }
                    or Fact.NoneInRange
                    or Fact.Unusable { IsForEveryone: true }
        );
        return root.Needed.IsAll || published(root.Name).All(root.Needed.Contains)
            ? isTheirs
                ? Step(root.Name, $"Tell the authors of `{root.Name}`: nobody can install it")
                : null
            : Step(root.Name, $"Ask for other versions of `{root.Name}`");
    }

    private string Asked(string conjunction) =>
        Words.Join(asked.Select(one => $"`{one.Text}`").Distinct(StringComparer.Ordinal), conjunction);

    private bool IsAsked(PackageName name) => asked.Exists(one => one.Name.Equals(name));

    private bool HasVersionIn(PackageName name, VersionRanges range) => published(name).Any(range.Contains);

    /// <summary>The newest pre-release of a version that would be in the range.</summary>
    private static Version? PrereleaseOf(Fact.NoneInRange none) =>
        none.Available.LastOrDefault(version =>
            version.IsPrerelease && none.Needed.Contains(version.OnlyRelease()) && !none.Needed.Contains(version)
        );

    private static string Dependent(Fact.DependsOn fact) =>
        fact.IsEveryVersion || fact.Versions.IsAll ? $"`{fact.Dependent}`" : $"`{fact.Dependent}{fact.Versions}`";

    private static PackageName NameOf(string text) => PackageName.Parse(text.Split('[')[0]);

    private static Hint Step(PackageName name, string text) => new(HintKind.NextStep, name, text);
}
