using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Projects.Saving;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip wheel`: saves the wheels that an installation would install, and builds those that no index has.</summary>
internal static class PipWheelCommand
{
    private static readonly Option WheelFolder = new("wheel-dir", OptionKind.Value, "Save the wheels in this directory")
    {
        Short = 'w',
        Content = OptionContent.Path,
        ValueName = "DIR",
    };

    public static Command Command { get; } =
        new("pip wheel", "Build or download wheels of packages and their dependencies")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () => [WheelFolder, PipOptions.Editable, .. SavingRun.Options],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var saved = await SavingRun.RunAsync(context, arguments, WheelFolder, buildsWheels: true, cancellationToken);
        if (saved is not { } files)
            return ExitCodes.Failed;
        SavingRun.Write(context, files);
        ImmutableArray<SavedFile> built = [.. files.Where(file => file.IsBuilt)];
        if (!built.IsEmpty)
            SavingRun.Say(context, $"Successfully built {string.Join(' ', built.Select(file => file.Name))}");
        return ExitCodes.Done;
    }
}
