using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Projects.Building;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Locking;
using Krait.Projects.Targets;

namespace Krait.Cli.Runs;

/// <summary>Reads the lock files that a command line names.</summary>
internal static class LockArguments
{
    /// <summary>The wheels of all files.</summary>
    /// <exception cref="KraitException">A file cannot be read, or is not for this machine (unusable input).</exception>
    public static async Task<ImmutableArray<ChosenWheel>> ReadAsync(
        KraitContext context,
        ParsedArguments arguments,
        TextLoader loader,
        ImmutableArray<string> files,
        (MachineTarget Target, SourceBuilds? Builds) machine,
        CancellationToken cancellationToken
    )
    {
        var selection = Selection(arguments);
        var locked = new LockedWheels(loader, context.WorkingFolder, machine.Builds);
        var wheels = ImmutableArray.CreateBuilder<ChosenWheel>();
        foreach (var file in files)
            wheels.AddRange(await locked.ReadAsync(file, machine.Target, selection, cancellationToken));
        return wheels.ToImmutable();
    }

    /// <summary>The extras and groups of lock files that are installed.</summary>
    public static LockSelection Selection(ParsedArguments arguments) =>
        new(
            [.. arguments.Values(PipOptions.Extra)],
            arguments.IsOn(PipOptions.AllExtras),
            [.. arguments.Values(PipOptions.Group)]
        );
}
