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
    /// <summary>
    /// The lock files among the files that a command is given, and everything else. Where there is a lock file, extras and groups are about it.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="packages">The requirements that the command line itself has.</param>
    /// <param name="files">The files.</param>
    public static (RequirementSources Sources, ImmutableArray<string> Locks) Split(
        ParsedArguments arguments,
        ImmutableArray<string> packages,
        IReadOnlyCollection<string> files
    )
    {
        var locks = files.Where(LockedWheels.IsLock).ToImmutableArray();
        var sources = ResolveArguments.Sources(arguments, packages, files.Except(locks, StringComparer.Ordinal));
        return locks.IsEmpty
            ? (sources, locks)
            : (sources with { Extras = [], IncludesAllExtras = false, Groups = [] }, locks);
    }

    /// <summary>The same for the packages and files of a command that cannot go without any.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="verb">What the command does with them.</param>
    /// <exception cref="UsageException">There are none.</exception>
    public static (RequirementSources Sources, ImmutableArray<string> Locks) SplitAny(
        ParsedArguments arguments,
        string verb
    )
    {
        var files = arguments.Values(PipOptions.Requirements);
        var (sources, locks) = Split(arguments, [.. arguments.Positionals], files);
        return sources.IsEmpty && locks.IsEmpty
            ? throw new UsageException($"there is nothing to {verb}", "Name a package, or a file with `-r FILE`")
            : (sources, locks);
    }

    /// <summary>What all files hold for this machine.</summary>
    /// <exception cref="KraitException">A file cannot be read, or is not for this machine (unusable input).</exception>
    public static async Task<LockedSet> ReadAsync(
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
        return new LockedSet(wheels.ToImmutable(), locked.Names);
    }

    /// <summary>The extras and groups of lock files that are installed.</summary>
    public static LockSelection Selection(ParsedArguments arguments) =>
        new(
            [.. arguments.Values(PipOptions.Extra)],
            arguments.IsOn(PipOptions.AllExtras),
            [.. arguments.Values(PipOptions.Group)]
        );
}
