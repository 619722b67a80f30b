using System.Globalization;
using Krait.Cli.Arguments;
using Krait.Projects.Inspection;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands;

/// <summary>`krait pip check`: whether what is installed fits together.</summary>
internal static class PipCheckCommand
{
    public static Command Command { get; } =
        new("pip check", "Check that what is installed fits together")
        {
            Options = () =>
                [.. PipOptions.Environment, .. PipOptions.Machine, .. PipOptions.Folders, InspectionOptions.Path],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (environment, installed) = await InspectionOptions.OpenAsync(context, arguments, cancellationToken);
        var target = MachineTarget.Create(
            environment.Interpreter,
            arguments.Value(PipOptions.PythonVersion),
            arguments.Value(PipOptions.PythonPlatform)
        );
        var problems = EnvironmentCheck.Run(installed, target.Markers, target.Tags).ToList();
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
