using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Python;

namespace Krait.Resolver.Reporting;

/// <summary>Why a version is not part of a result.</summary>
public abstract record WhyNot
{
    private WhyNot() { }

    /// <summary>It could be: nothing forbids it, the resolver only prefers another.</summary>
    /// <param name="Resolution">A result with it.</param>
    public sealed record Possible(Resolution Resolution) : WhyNot;

    /// <summary>It cannot be.</summary>
    /// <param name="Explanation">The proof.</param>
    /// <param name="Culprit">The one requirement of the user without which it could be; null when there is no single one.</param>
    public sealed record Impossible(Explanation Explanation, RootRequirement? Culprit) : WhyNot;

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
        if (outcome is ResolutionOutcome.Solved solved)
            return new Possible(solved.Resolution);
        var explanation = ((ResolutionOutcome.NoSolution)outcome).Explanation;
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

    private static ResolutionRequest With(ResolutionRequest request, RootRequirement pin) =>
        request with
        {
            Requirements = [pin, .. request.Requirements],
        };

    /// <summary>The same requirement without its versions.</summary>
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
