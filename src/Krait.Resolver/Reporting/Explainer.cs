using Krait.Packaging.Text;
using Krait.Resolver.Python;

namespace Krait.Resolver.Reporting;

/// <summary>Turns the proof that there is no solution into sentences.</summary>
internal static class Explainer
{
    public static ValueTask<Explanation> ExplainAsync(ResolutionSession session, ForkState state, int incompatibility)
    {
        _ = (session, state, incompatibility);
        return ValueTask.FromResult(
            new Explanation(new Diagnostic("no-solution", "the requirements cannot be met together"))
        );
    }

    public static Explanation GiveUp(ResolutionSession session) =>
        new(
            new Diagnostic(
                "decision-limit",
                $"no solution was found within {session.Request.DecisionLimit} decisions, nor a proof that there is none"
            )
        );
}
