using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>Requests and answers in a line.</summary>
internal static class Solve
{
    public static ResolutionRequest Request(params string[] requirements) =>
        new()
        {
            Requirements = [.. requirements.Select(text => new RootRequirement(Requirement.Parse(text)))],
            Target = Workload.TargetOf("3.12", 36),
        };

    public static ResolutionRequest ForAll(string requiresPython, params string[] requirements) =>
        Request(requirements) with
        {
            Target = new ResolutionTarget.Universal(SpecifierSet.Parse(requiresPython)),
        };

    /// <summary>`a==1.0 b==2.0`, or what the explanation says.</summary>
    public static async Task<string> AnswerAsync(FakeIndex index, ResolutionRequest request) =>
        Print(await OutcomeAsync(index, request), request);

    public static Task<ResolutionOutcome> OutcomeAsync(FakeIndex index, ResolutionRequest request) =>
        new PythonResolver(index).ResolveAsync(request, TestContext.Current.CancellationToken);

    public static string Print(ResolutionOutcome outcome, ResolutionRequest request) =>
        outcome switch
        {
            ResolutionOutcome.Solved solved => string.Join(
                request.Target is ResolutionTarget.Universal ? '\n' : ' ',
                Lines.Of(solved.Resolution, request.Target)
            ),
            ResolutionOutcome.NoSolution none => Print(none.Explanation.Diagnostic),
            _ => throw new InvalidOperationException(),
        };

    public static string Print(Packaging.Text.Diagnostic diagnostic) =>
        string.Join(
            '\n',
            [
                diagnostic.Message,
                .. diagnostic.Notes.Select(note => $"note: {note}"),
                .. diagnostic.Hints.Select(hint => $"hint: {hint}"),
            ]
        );
}
