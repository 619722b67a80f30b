using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Health.Bisect;
using Krait.Projects.Inputs;

namespace Krait.Cli.Commands.Health;

/// <summary>The states between the good one and the bad one, the oldest first.</summary>
internal abstract class BisectRow
{
    /// <summary>The state that is known to work.</summary>
    public required BisectStep Good { get; init; }

    /// <summary>The states after it, up to and including the one that is known to fail.</summary>
    public required ImmutableArray<BisectStep> Steps { get; init; }

    /// <summary>What the states are: `releases`.</summary>
    public abstract string Noun { get; }

    /// <summary>Says what the first bad state is and how it differs from the one before it.</summary>
    public abstract Task<BisectCulprit> DescribeAsync(Bisection search, CancellationToken cancellationToken);

    /// <summary>The row that the ends describe: versions of a package, dates, or revisions of the file.</summary>
    /// <exception cref="UsageException">The ends are none, or in the wrong order.</exception>
    public static async Task<BisectRow> ReadAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        BisectProbe probe,
        string good,
        string bad,
        CancellationToken cancellationToken
    )
    {
        var inputs = await ReadInputsAsync(
            arguments,
            run,
            arguments.Values(PipOptions.Requirements),
            cancellationToken
        );
        var options = ResolveArguments.Options(context, arguments, inputs) with
        {
            OneHashDemandsAll = false,
            RequiresHashes = false,
            ChecksHashes = false,
        };
        if (arguments.Value(BisectCommand.Package) is { } name)
        {
            var package = NameLists.ParseName(name);
            return await BisectReleases.ReadAsync(
                new BisectReleases.Question(context, arguments, run, probe, inputs, options),
                package,
                ParseVersion("--good", good),
                ParseVersion("--bad", bad),
                cancellationToken
            );
        }

        if (IsMoment(good) && IsMoment(bad))
        {
            return await BisectDates.ReadAsync(
                new BisectDates.Question(context, arguments, run, probe, inputs, options),
                good,
                bad,
                cancellationToken
            );
        }

        return await BisectRevisions.ReadAsync(context, arguments, run, probe, options, good, bad, cancellationToken);
    }

    /// <summary>Reads the requirements of a state.</summary>
    protected static Task<RequirementSet> ReadInputsAsync(
        ParsedArguments arguments,
        CommandRun run,
        IEnumerable<string> files,
        CancellationToken cancellationToken
    ) => run.ReadInputsAsync(ResolveArguments.Sources(arguments, [], files), cancellationToken);

    private static Version ParseVersion(string option, string text) =>
        Version.TryParse(text, out var version, out _)
            ? version
            : throw new UsageException($"`{option}` needs a version of the package, but `{text}` is not one");

    private static bool IsMoment(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && char.IsAsciiDigit(text[0]);
}
