using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Questions;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Operations;

/// <summary>`why` and `why-not`: explains a resolution that succeeds.</summary>
/// <param name="bench">What to work with.</param>
public sealed class WhyOperation(Workbench bench)
{
    /// <summary>Why a package is part of the answer, once for each version of it; the explanation when there is no answer.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be fetched.</exception>
    public async Task<(ImmutableArray<Why> Reasons, Explanation? NoSolution)> ExplainAsync(
        WhyRequest request,
        PackageName name,
        CancellationToken cancellationToken
    )
    {
        using var step = new ResolvingStep(
            bench,
            request.Inputs,
            hashes: null,
            request.Target.ToSpecific(),
            cancellationToken
        );
        var created = CreateRequest(request);
        var outcome = await step.SolveAsync(created, cancellationToken);
        if (outcome is ResolutionOutcome.NoSolution none)
            return ([], none.Explanation);
        var reasons = Why.Explain(((ResolutionOutcome.Solved)outcome).Resolution, name).ToArray();
        for (var i = 0; i < reasons.Length; i++)
        {
            var reason = reasons[i];
            if (!reason.IsUnexplained)
                continue;
            // No bound keeps from the newest version, so something that the newest version needs does.
            var instead = await WhyNot.ExplainAsync(step.Resolver, created, name, reason.Newest, cancellationToken);
            reasons[i] = reason with { NewestInstead = instead };
        }

        await step.StopAsync();
        return ([.. reasons], null);
    }

    /// <summary>Why a version is not part of the answer.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be fetched.</exception>
    public async Task<WhyNot> ExplainAbsenceAsync(
        WhyRequest request,
        PackageName name,
        Version version,
        CancellationToken cancellationToken
    )
    {
        using var step = new ResolvingStep(
            bench,
            request.Inputs,
            hashes: null,
            request.Target.ToSpecific(),
            cancellationToken
        );
        var answer = await WhyNot.ExplainAsync(step.Resolver, CreateRequest(request), name, version, cancellationToken);
        await step.StopAsync();
        return answer;
    }

    private static ResolutionRequest CreateRequest(WhyRequest request)
    {
        var target = request.Target.ToSpecific();
        return RequestBuilder.Create(request.Inputs, request.Resolve, target, request.Preferences);
    }
}
