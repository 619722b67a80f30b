using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Questions;

/// <summary>Why a version is not part of a result.</summary>
public abstract record WhyNot
{
    private WhyNot() { }

    /// <summary>It could be: nothing forbids it, the resolver only prefers another.</summary>
    /// <param name="Resolution">A result with it.</param>
    public sealed record Possible(Resolution Resolution) : WhyNot;

    /// <summary>It is part of the result.</summary>
    /// <param name="Resolution">The result.</param>
    public sealed record Chosen(Resolution Resolution) : WhyNot;

    /// <summary>It cannot be.</summary>
    /// <param name="Explanation">The proof.</param>
    /// <param name="Culprit">The one requirement of the user without which it could be; null when there is no single one.</param>
    public sealed record Impossible(Explanation Explanation, RootRequirement? Culprit) : WhyNot
    {
        /// <summary>Whether it could not be even if nothing else were required.</summary>
        public bool IsItsOwnFault { get; init; }
    }

    /// <summary>Finds out why a version is not part of the answer to a request.</summary>
    public static async Task<WhyNot> ExplainAsync(
        PythonResolver resolver,
        ResolutionRequest request,
        PackageName name,
        Version version,
        CancellationToken cancellationToken
    )
    {
        var pin = new RootRequirement(Requirement.Parse($"{name}=={version}"));
        var outcome = await resolver.ResolveAsync(With(request, pin), cancellationToken);
        if (outcome is ResolutionOutcome.Solved possible)
        {
            return
                await resolver.ResolveAsync(request, cancellationToken)
                    is ResolutionOutcome.Solved { Resolution: var answer }
                && answer.Packages.Any(package => package.Name.Equals(name) && package.Version.Equals(version))
                ? new Chosen(answer)
                : new Possible(possible.Resolution);
        }

        // What is wrong with the version itself is no requirement's fault.
        var alone = await resolver.ResolveAsync(request with { Requirements = [pin] }, cancellationToken);
        if (alone is ResolutionOutcome.NoSolution itself)
            return new Impossible(Beside(itself.Explanation, pin), Culprit: null) { IsItsOwnFault = true };
        var explanation = Beside(((ResolutionOutcome.NoSolution)outcome).Explanation, pin);
        var asked = explanation.Facts.OfType<Fact.Asked>().Select(fact => fact.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var root in request.Requirements.Where(root => asked.Contains(root.Requirement.ToString())))
        {
            var relaxed = request with
            {
                Requirements = [.. request.Requirements.Select(r => ReferenceEquals(r, root) ? WithoutVersions(r) : r)],
            };
            if (await resolver.ResolveAsync(With(relaxed, pin), cancellationToken) is ResolutionOutcome.Solved)
                return new Impossible(explanation, root);
        }

        return new Impossible(explanation, Culprit: null);
    }

    /// <summary>The explanation without the requirement that only the question added.</summary>
    private static Explanation Beside(Explanation explanation, RootRequirement pin)
    {
        var text = pin.Requirement.ToString();
        var others = explanation
            .Facts.OfType<Fact.Asked>()
            .Select(fact => $"`{fact.Text}`")
            .Distinct(StringComparer.Ordinal)
            .Where(other => !string.Equals(other, $"`{text}`", StringComparison.Ordinal))
            .ToList();
        var isUnknown = explanation.Facts.Any(fact =>
            fact is Fact.Unknown unknown && unknown.Name.Equals(pin.Requirement.Name)
        );
        var message =
            isUnknown ? $"`{text}` cannot be chosen: {explanation.Diagnostic.Message}"
            : others.Count == 0 ? $"`{text}` cannot be chosen"
            : $"`{text}` cannot be chosen beside {Words.Join(others, "and")}";
        var notes = explanation.Diagnostic.Notes.Where(note =>
            !string.Equals(note, $"you require `{text}`", StringComparison.Ordinal)
        );
        return explanation with { Diagnostic = explanation.Diagnostic with { Message = message, Notes = [.. notes] } };
    }

    private static ResolutionRequest With(ResolutionRequest request, RootRequirement pin) =>
        request with
        {
            Requirements = [pin, .. request.Requirements],
        };

    /// <summary>The same requirement without its versions, or the URL that decides them.</summary>
    private static RootRequirement WithoutVersions(RootRequirement root) =>
        root with
        {
            Requirement = new Requirement(root.Requirement.Name)
            {
                Extras = root.Requirement.Extras,
                Marker = root.Requirement.Marker,
            },
        };
}
