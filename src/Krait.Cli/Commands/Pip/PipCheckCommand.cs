using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip check`: whether what is installed fits together.</summary>
internal static class PipCheckCommand
{
    public static Command Command { get; } =
        new("pip check", "Check that installed packages are compatible")
        {
            Options = () =>
                [
                    InspectionJson.Format,
                    .. PipOptions.Environment,
                    .. PipOptions.Machine,
                    .. PipOptions.Folders,
                    InspectionOptions.Path,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (environment, installed) = await Inspection.OpenAsync(context, arguments, cancellationToken);
        var target = TargetArguments.Create(context, arguments, environment.Interpreter);
        var problems = EnvironmentCheck.Run(installed, target.Markers, target.Tags).ToList();
        if (InspectionJson.IsWanted(arguments))
        {
            InspectionJson.WriteCheck(context.Terminal, installed.All.Length, problems);
            return problems.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
        }

        foreach (var problem in problems)
            context.Terminal.WriteResult(problem.Message);
        if (problems.Count > 0)
            return 1;
        context.Terminal.Detail(
            string.Create(CultureInfo.InvariantCulture, $"Checked {installed.All.Length} packages")
        );
        context.Terminal.WriteResult("No broken requirements found.");
        return 0;
    }
}
