using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Operations;
using Krait.Resolver.Questions;
using Krait.Resolver.Requests;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip why NAME` and `krait pip why-not NAME==VERSION`.</summary>
internal static class WhyCommands
{
    public static Command Why { get; } =
        new("pip why", "Explain why a package is needed, and what holds back a newer version")
        {
            Positional = new Positional("PACKAGE", IsRequired: true, IsRepeatable: false),
            Options = Options,
            RunAsync = RunWhyAsync,
        };

    public static Command WhyNot { get; } =
        new("pip why-not", "Explain what excludes a version, and which requirement to relax")
        {
            Positional = new Positional("PACKAGE==VERSION", IsRequired: true, IsRepeatable: false),
            Options = Options,
            RunAsync = RunWhyNotAsync,
        };

    private static ImmutableArray<Option> Options() =>
        [
            InspectionJson.Format,
            PipOptions.Requirements,
            .. PipOptions.Sources,
            .. PipOptions.Freshness,
            .. IndexOptions.All,
            .. SelectionOptions.All,
            .. PipOptions.Binaries,
            .. PipOptions.Environment,
            .. PipOptions.Machine,
        ];

    private static Task<int> RunWhyAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var name = NameLists.ParseName(arguments.Positionals[0]);
        return WithQuestionAsync(
            context,
            arguments,
            async (operation, request) =>
            {
                var (reasons, none) = await operation.ExplainAsync(request, name, cancellationToken);
                if (none is not null)
                    throw new KraitException(none.Diagnostic);
                if (reasons.IsEmpty)
                    throw new KraitException(new Diagnostic("not-needed", $"nothing asks for `{name}`"));
                if (InspectionJson.IsWanted(arguments))
                    InspectionJson.WriteWhy(context.Terminal, reasons);
                else
                    reasons.ToList().ForEach(reason => Write(context.Terminal, reason));
                return 0;
            },
            cancellationToken
        );
    }

    private static Task<int> RunWhyNotAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (name, version) = ParsePin(arguments.Positionals[0]);
        return WithQuestionAsync(
            context,
            arguments,
            async (operation, request) =>
            {
                var answer = await operation.ExplainAbsenceAsync(request, name, version, cancellationToken);
                if (InspectionJson.IsWanted(arguments))
                {
                    InspectionJson.WriteWhyNot(context.Terminal, name.Value, version.ToString(), answer);
                    return answer is WhyNot.Impossible ? ExitCodes.Failed : ExitCodes.Done;
                }

                if (answer is WhyNot.Impossible impossible)
                    return Write(context.Terminal, name, version, impossible);
                context.Terminal.WriteResult(
                    answer is WhyNot.Chosen
                        ? $"`{name}=={version}` is what is chosen"
                        : $"`{name}=={version}` is possible: nothing forbids it, another version is only preferred"
                );
                return 0;
            },
            cancellationToken
        );
    }

    private static (PackageName Name, Version Version) ParsePin(string text)
    {
        if (!Requirement.TryParse(text, out var requirement, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        return requirement.Specifiers is { IsExactPin: true, Clauses: [{ Version: { } version }] }
            ? (requirement.Name, version)
            : throw new UsageException($"`{text}` does not name one version", $"Write `{requirement.Name}==VERSION`");
    }

    /// <summary>
    /// Prepares the question: about the files that are named, else about the environment, whose versions are then preferred: about what was
    /// asked for by name in it, and about what nothing that is installed requires (`sync` installs without asking by name).
    /// </summary>
    private static async Task<int> WithQuestionAsync(
        KraitContext context,
        ParsedArguments arguments,
        Func<WhyOperation, WhyRequest, Task<int>> ask,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var environment = await run.FindEnvironmentAsync(cancellationToken);
        var files = arguments.Values(PipOptions.Requirements);
        var sources = ResolveArguments.Sources(arguments, [], files);
        ImmutableArray<Preference> preferences = [];
        if (sources.IsEmpty)
            (sources, preferences) = FromEnvironment(environment, sources, environment.Interpreter.Markers);
        var (inputs, target, indexes) = await run.AskAsync(sources, environment.Interpreter, cancellationToken);
        var request = new WhyRequest(inputs, target, preferences)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
        };
        var bench = run.Bench(indexes, environment.Interpreter, request);
        bench.Warm(inputs);
        return await ask(new WhyOperation(bench), request);
    }

    private static (RequirementSources Sources, ImmutableArray<Preference> Preferences) FromEnvironment(
        PythonEnvironment environment,
        RequirementSources sources,
        MarkerEnvironment markers
    )
    {
        var distributions = InstalledDistributions.Read(environment).WithPartial();
        var installed = distributions.All;
        if (installed.IsEmpty)
        {
            throw new KraitException(
                new Diagnostic(
                    "nothing-installed",
                    $"nothing is installed in `{environment.Root}`, so there is nothing to explain"
                )
                {
                    Hints = ["Name the requirements to explain with `-r FILE`"],
                }
            );
        }

        var roots = InstalledRoots.Find(InstalledGraph.Read(distributions, markers), markers);
        var preferences = installed
            .Where(distribution => distribution.Version is not null)
            .Select(distribution => new Preference(distribution.Name, distribution.Version!, Marker.True)); // filtered before
        return (sources with { Packages = [.. roots.Select(package => package.Name.Value)] }, [.. preferences]);
    }

    private static void Write(Terminal terminal, Why reason)
    {
        terminal.WriteResult(
            $"{reason.Package.Name} {reason.Package.Version}{(reason.IsNewest ? ", the newest" : $" (the newest is {reason.Newest})")}"
        );
        foreach (var path in reason.Paths)
        {
            var steps = path.Steps.Select(step =>
                step.Requirer is null ? Asked(step) : $"{Requirer(step)} requires {Plain(step)}{Overridden(step)}"
            );
            terminal.WriteResult($"  {string.Join(" → ", steps)}");
        }

        if (reason.HasMorePaths)
            terminal.WriteResult($"  and in more ways than these {reason.Paths.Length}");
        foreach (var bound in reason.Bounds)
        {
            var who = bound.Source switch
            {
                RequirementSource.Constraint => "the constraint",
                RequirementSource.Override => "the override",
                _ => bound.Requirer is null ? "your requirement" : $"{Requirer(bound)}, which requires",
            };
            terminal.WriteResult($"  kept from {reason.Newest} by {who} `{Plain(bound)}`");
        }

        if (reason.Bounds.IsEmpty && reason is { IsNewest: false, Reason: { } other })
            terminal.WriteResult($"  {reason.Newest} {other}");
        if (reason.NewestInstead is { } instead)
            WriteInstead(terminal, reason.Newest, instead);
    }

    private static void WriteInstead(Terminal terminal, Version newest, WhyNot instead)
    {
        if (instead is not WhyNot.Impossible impossible)
        {
            terminal.WriteResult($"  {newest} would be possible: an earlier choice is kept");
            return;
        }

        var who = impossible.Culprit is { } culprit ? $"`{culprit.Requirement}`{In(culprit)}" : "other packages";
        terminal.WriteResult($"  kept from {newest} by {who}:");
        foreach (var note in impossible.Explanation.Diagnostic.Notes)
            terminal.WriteResult($"    {note}");
    }

    private static string Asked(WhyStep step) =>
        step.Origin is null ? $"you ask for {Plain(step)}" : $"{step.Origin} asks for {Plain(step)}";

    private static string Overridden(WhyStep step) =>
        step.Source is RequirementSource.Override ? " (by an override)" : "";

    private static string Requirer(WhyStep step) =>
        $"{step.Requirer!.Name}{(step.Extra is null ? "" : $"[{step.Extra}]")} {step.Requirer.Version}"; // not the user's step

    /// <summary>A requirement without its marker, which holds here.</summary>
    private static string Plain(WhyStep step) => step.Requirement.WithMarker(Marker.True).ToString();

    private static string In(RootRequirement root) => root.Origin is null ? "" : $" in {root.Origin}";

    private static int Write(Terminal terminal, PackageName name, Version version, WhyNot.Impossible answer)
    {
        var diagnostic = answer.Explanation.Diagnostic with { Code = "impossible-version" };
        if (answer.Culprit is { } culprit)
        {
            var hint = $"Relax `{culprit.Requirement}`{In(culprit)}, and `{name}=={version}` becomes possible";
            diagnostic = diagnostic with { Hints = [hint] };
        }
        else if (!answer.IsItsOwnFault)
        {
            const string Several = "No single requirement of yours is in the way: several would have to change";
            diagnostic = diagnostic with { Hints = [Several] };
        }

        DiagnosticRenderer.WriteError(terminal, diagnostic);
        return 1;
    }
}
