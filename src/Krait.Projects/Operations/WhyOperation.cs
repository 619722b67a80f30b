using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Resolver.Python;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Operations;

/// <summary>`why` and `why-not`: explains a resolution that succeeds.</summary>
/// <param name="bench">What to work with.</param>
public sealed class WhyOperation(Workbench bench)
{
    /// <summary>Why a package is part of the answer, once for each version of it; the explanation when there is no answer.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be had.</exception>
    public async Task<(ImmutableArray<Why> Reasons, Explanation? NoSolution)> ExplainAsync(
        InstallRequest request,
        ImmutableArray<Preference> preferences,
        PackageName name,
        CancellationToken cancellationToken
    )
    {
        using var resolving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resolver = CreateResolver(resolving.Token);
        var created = CreateRequest(request, preferences);
        var outcome = await resolver.ResolveAsync(created, cancellationToken);
        if (outcome is ResolutionOutcome.NoSolution none)
            return ([], none.Explanation);
        var reasons = Why.Explain(((ResolutionOutcome.Solved)outcome).Resolution, name).ToArray();
        for (var i = 0; i < reasons.Length; i++)
        {
            var reason = reasons[i];
            if (!reason.IsUnexplained)
                continue;
            // No bound keeps from the newest version, so something that the newest version needs does.
            var instead = await WhyNot.ExplainAsync(resolver, created, name, reason.Newest, cancellationToken);
            reasons[i] = reason with { NewestInstead = instead };
        }

        await resolving.CancelAsync();
        return ([.. reasons], null);
    }

    /// <summary>Why a version is not part of the answer.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be had.</exception>
    public async Task<WhyNot> ExplainAbsenceAsync(
        InstallRequest request,
        ImmutableArray<Preference> preferences,
        PackageName name,
        Version version,
        CancellationToken cancellationToken
    )
    {
        using var resolving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var resolver = CreateResolver(resolving.Token);
        var answer = await WhyNot.ExplainAsync(
            resolver,
            CreateRequest(request, preferences),
            name,
            version,
            cancellationToken
        );
        await resolving.CancelAsync();
        return answer;
    }

    private PythonResolver CreateResolver(CancellationToken cancellationToken) =>
        new(bench.CreateSource(bench.CreateDirect(), cancellationToken));

    private static ResolutionRequest CreateRequest(InstallRequest request, ImmutableArray<Preference> preferences)
    {
        var target = new ResolutionTarget.Specific(request.Target.Markers, request.Target.Tags, request.Target.Python);
        return RequestBuilder.Create(request.Inputs, request.Resolve, target, preferences);
    }
}
