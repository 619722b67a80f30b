using System.Collections.Immutable;
using Krait.Cli.Rendering;
using Krait.Installer.Plans;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>Says what an installation did, or would do.</summary>
internal static class OutcomeRenderer
{
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;

    /// <summary>Writes an outcome; the result is the exit code.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="outcome">What was done.</param>
    /// <param name="demands">What makes it a failure.</param>
    public static int Write(KraitContext context, InstallOutcome outcome, OutcomeDemands demands)
    {
        if (outcome is InstallOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return 1;
        }

        var done = (InstallOutcome.Done)outcome;
        WritePlan(context, done);
        foreach (
            var kept in done.Plan.Operations.OfType<PlannedOperation.Keep>().Where(kept => kept.Reason is not null)
        )
        {
            context.Terminal.Detail($"kept {kept.Installed.Name}=={kept.Installed.VersionText}: {kept.Reason}");
        }

        foreach (var problem in done.Problems)
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("inconsistent", problem.Message.TrimEnd('.')) { Notes = PathTo(problem) }
            );
        }

        var isFailure = (demands.IsConsistent && !done.Problems.IsEmpty) || (demands.IsUnchanged && !done.Plan.IsEmpty);
        return isFailure ? 1 : 0;
    }

    /// <summary>How the package that is not satisfied came to be there.</summary>
    private static ImmutableArray<string> PathTo(EnvironmentProblem problem)
    {
        var package = problem switch
        {
            EnvironmentProblem.Missing one => one.Package,
            EnvironmentProblem.Conflicting one => one.Package,
            _ => null,
        };
        return package is not null && RequirementPath.Describe(package) is { } path
            ? [$"it is required by way of {path}"]
            : [];
    }

    /// <summary>Says that the environment is what it should be.</summary>
    public static void SayUnchanged(Terminal terminal) => terminal.Say("Nothing to change");

    /// <summary>Says that what is installed is all that is asked for.</summary>
    public static void SaySatisfied(Terminal terminal) => terminal.Say("All requirements are already satisfied");

    private static void WritePlan(KraitContext context, InstallOutcome.Done done)
    {
        var terminal = context.Terminal;
        if (done.Plan.IsEmpty)
        {
            if (done.Resolution is null && done.Wheels.IsEmpty)
                SaySatisfied(terminal);
            else
                SayUnchanged(terminal);
            return;
        }

        if (done.Report is null)
            terminal.Say(WouldDo(done.Plan));
        foreach (var operation in done.Plan.Changes)
            WriteChange(terminal, operation);
    }

    private static string WouldDo(InstallPlan plan)
    {
        var (removed, installed) = (plan.Changes.Sum(operation => operation.Removes.Length), plan.Needed.Count());
        return (removed, installed) switch
        {
            (0, _) => $"Would install {ProgressDisplay.Count(installed)}",
            (_, 0) => $"Would uninstall {ProgressDisplay.Count(removed)}",
            _ => $"Would uninstall {ProgressDisplay.Count(removed)} and install {ProgressDisplay.Count(installed)}",
        };
    }

    private static void WriteChange(Terminal terminal, PlannedOperation operation)
    {
        switch (operation)
        {
            case PlannedOperation.Reinstall reinstall
                when reinstall.Old.All(old => old.Version == reinstall.Wanted.Version):
                terminal.Say($" {terminal.Paint("~", Yellow)} {reinstall.Wanted}");
                break;
            default:
                foreach (var old in operation.Removes)
                    terminal.Say($" {terminal.Paint("-", Red)} {old.Name}=={old.VersionText}");
                if (operation.Wants is { } wanted)
                    terminal.Say($" {terminal.Paint("+", Green)} {wanted}");
                break;
        }
    }
}
