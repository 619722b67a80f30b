using Krait.Packaging.Text;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Reporting;

/// <summary>
/// Turns the proof that there is no solution into a sentence that says what cannot be, the facts it rests on, and hints.
/// </summary>
internal static class Explainer
{
    private const int MaximalNotes = 20;
    private const int LastNotes = 5;

    public static async Task<Explanation> ExplainAsync(
        ResolutionSession session,
        ForkState state,
        IncompatibilityId incompatibility
    )
    {
        var proof = new ProofReader(session, state.Solver.Incompatibilities, incompatibility);
        await LoadPagesAsync(session, state, proof);
        var finder = new FactFinder(session, state, proof);
        finder.Find();
        var facts = finder.Facts;
        var asked = facts.OfType<Fact.Asked>().ToList();
        var others = facts.Where(fact => fact is not Fact.Asked).ToList();
        var notes = FactText.Of(others).Distinct(StringComparer.Ordinal).ToList();
        if (asked.Exists(fact => fact.Origin is not null))
            notes.InsertRange(0, FactText.Of(asked));
        if (notes.Count > MaximalNotes)
        {
            // The request is at the beginning and what it fails at is at the end.
            var left = notes.Count - MaximalNotes + 1;
            var from = MaximalNotes - 1 - LastNotes;
            notes.RemoveRange(from, left);
            notes.Insert(from, $"{left} more dependencies take part in this");
        }

        if (state.Environment is { IsUniversal: true, Marker.IsTrue: false })
            notes.Add($"this is so where `{state.Environment.Marker}`");
        var limits = DescribeLimits(asked, others);
        if (limits is not null)
            notes = [.. notes.Except(FactText.Of([.. others.Where(IsLimit)]), StringComparer.Ordinal)]; // the message has them
        var message = limits ?? Summarize(asked, others);
        var diagnostic = new Diagnostic("no-solution", message)
        {
            Notes = [.. notes.Where(note => !message.EndsWith(note, StringComparison.Ordinal))],
            Hints = [.. finder.Hints.Select(hint => hint.Text)],
        };
        return new Explanation(diagnostic) { Facts = facts, Hints = finder.Hints };
    }

    /// <summary>The resolver gave up.</summary>
    public static Explanation GiveUp(ResolutionSession session) =>
        new(
            new Diagnostic(
                "decision-limit",
                $"no solution was found within {session.Request.DecisionLimit} decisions, nor a proof that there is none"
            )
            {
                Hints = ["State lower bounds for the packages that you require"],
            }
        );

    /// <summary>
    /// A proof may hold whatever the page of a name says, so that nothing waited for it; what is told must not depend on what is
    /// there by chance.
    /// </summary>
    private static ValueTask LoadPagesAsync(ResolutionSession session, ForkState state, ProofReader proof) =>
        session.WaitAllAsync(
            proof
                .Edges.SelectMany(edge => (PackageKey[])[edge.Dependent, edge.Dependency])
                .Where(key => !key.Name.IsNone)
                .Select(key => key.Name)
                .Distinct()
                .Select(name =>
                    state.Direct.TryGetValue(name, out var direct)
                        ? (Task)session.Memory.DirectOf(direct)
                        : session.Memory.VersionsOf(session.Packages.NameAt(name), state.Environment)
                )
        );

    private static bool IsLimit(Fact fact) => fact is Fact.Constrained or Fact.Overridden;

    /// <summary>Where limits on one project alone leave none of its versions: what they and the user's requirements say of it.</summary>
    private static string? DescribeLimits(List<Fact.Asked> asked, List<Fact> others)
    {
        if (others.OfType<Fact.Overridden>().FirstOrDefault() is { } replaced && asked.Count == 0)
            return $"no version of `{replaced.Name}` satisfies the override {replaced.Limit}";
        var constraints = others.OfType<Fact.Constrained>().ToList();
        if (constraints.Count == 0 || !others.TrueForAll(fact => fact is Fact.Constrained or Fact.NoneInRange))
            return null;
        var name = constraints[0].Name;
        if (constraints.Exists(one => one.Name != name) || asked.Exists(one => one.Name != name))
            return null;
        var limits = Words.Join(constraints.Select(one => one.Limit.ToString()), "and");
        var required = asked.Where(one => !one.Needed.IsAll).Select(one => $"`{one.Text}`").ToList();
        return (required.Count, constraints.Count) switch
        {
            (0, 1) => $"no version of `{name}` satisfies the constraint {limits}",
            (0, _) => $"no version of `{name}` satisfies the constraints {limits}",
            (1, 1) => $"{required[0]} conflicts with the constraint {limits}",
            (_, 1) => $"{Words.Join(required, "and")} conflict with the constraint {limits}",
            (1, _) => $"{required[0]} conflicts with the constraints {limits}",
            _ => $"{Words.Join(required, "and")} conflict with the constraints {limits}",
        };
    }

    private static string Summarize(List<Fact.Asked> asked, List<Fact> others)
    {
        var texts = asked.Select(fact => $"`{fact.Text}`").Distinct(StringComparer.Ordinal).ToList();
        // The request fails at one name that nothing is known about, or of which nothing fits.
        if (texts.Count == 1 && others is [Fact.Unknown unknown] && asked[0].Name.Equals(unknown.Name))
            return $"`{unknown.Name}` {unknown.Reason}";
        // A file or address has one version, so what is wrong with it is all there is to say.
        if (texts.Count == 1 && others is [Fact.Broken broken] && texts[0].Contains(" @ ", StringComparison.Ordinal))
            return $"{texts[0]} cannot be installed: {broken.Text}";
        if (texts.Count == 1 && texts[0].Contains(" @ ", StringComparison.Ordinal))
            return $"{texts[0]} cannot be installed";
        return texts.Count switch
        {
            0 => "the requirements cannot be met together",
            1 => $"no version of {texts[0]} can be installed",
            _ => $"{Words.Join(texts, "and")} cannot be installed together",
        };
    }
}
