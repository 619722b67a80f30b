using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Projects.Inputs;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip download`: saves the files that an installation would fetch.</summary>
internal static class PipDownloadCommand
{
    private static readonly Option Destination = new("dest", OptionKind.Value, "Save the files in this directory")
    {
        Short = 'd',
        Aliases = ["destination-dir", "destination-directory"],
        Content = OptionContent.Path,
        ValueName = "DIR",
    };

    public static Command Command { get; } =
        new("pip download", "Download packages and their dependencies without installing them")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () => [Destination, .. SavingRun.Options, .. PipOptions.Tags],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        CheckForeign(context, arguments);
        var saved = await SavingRun.RunAsync(context, arguments, Destination, buildsWheels: false, cancellationToken);
        if (saved is not { } files)
            return ExitCodes.Failed;
        SavingRun.Write(context, files);
        if (!files.IsEmpty)
            SavingRun.Say(context, $"Successfully downloaded {string.Join(' ', files.Select(file => file.Name))}");
        return ExitCodes.Done;
    }

    /// <summary>A source distribution would be described by this machine's Python, not by the one that the files are for.</summary>
    private static void CheckForeign(KraitContext context, ParsedArguments arguments)
    {
        Option[] tags = [PipOptions.Platform, PipOptions.Abi, PipOptions.Implementation, PipOptions.PythonVersion];
        if (Array.Find(tags, arguments.WasGiven) is not { } given || arguments.IsOn(PipOptions.NoDeps))
            return;
        var files = ResolveArguments.Options(context, arguments, new RequirementSet()).Files;
        if (files.NoBuild && files.BuildPackages.IsEmpty)
            return;
        throw new UsageException(
            $"`--{given.Name}` chooses files for another machine, and source distributions cannot be judged for it",
            "Add `--only-binary :all:`, or `--no-deps` to save only what is named"
        );
    }
}
