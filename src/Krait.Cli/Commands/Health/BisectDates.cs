using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Health.Bisect;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Cli.Commands.Health;

/// <summary>The releases of everything that the requirements need, in the order in which they were uploaded.</summary>
internal sealed class BisectDates : BisectRow
{
    private readonly ImmutableArray<Upload> uploads;
    private readonly string good;

    private BisectDates(ImmutableArray<Upload> uploads, string good) => (this.uploads, this.good) = (uploads, good);

    /// <summary>What a search works with.</summary>
    internal sealed record Question(
        KraitContext Context,
        ParsedArguments Arguments,
        CommandRun Run,
        BisectProbe Probe,
        RequirementSet Inputs,
        ResolveOptions Options
    );

    /// <summary>A release and when it came.</summary>
    private sealed record Upload(PackageName Name, Version Version, DateTimeOffset Time);

    /// <inheritdoc/>
    public override string Noun => "releases";

    /// <summary>Reads what was uploaded between two moments of all that the requirements need at either.</summary>
    public static async Task<BisectRow> ReadAsync(
        Question question,
        string good,
        string bad,
        CancellationToken cancellationToken
    )
    {
        var from = Moment("--good", good, question);
        var to = Moment("--bad", bad, question);
        if (from >= to)
            throw new UsageException($"`--good {good}` is not before `--bad {bad}`", "Swap the two dates");
        var pages = new Dictionary<PackageName, ProjectPage>();
        foreach (var moment in new[] { from, to })
            await AddPagesAsync(question, moment, pages, cancellationToken);
        var found = pages
            .SelectMany(pair => UploadsOf(pair.Key, pair.Value))
            .Where(upload => upload.Time >= from && upload.Time < to)
            .OrderBy(upload => upload.Time)
            .ThenBy(upload => upload.Name)
            .ToImmutableArray();
        if (found.IsEmpty)
        {
            throw new KraitException(
                new Diagnostic(
                    "nothing-released",
                    $"nothing that the requirements need was released between {good} and {bad}"
                )
                {
                    Hints = ["Look for the cause elsewhere, or choose other dates"],
                }
            );
        }

        return new BisectDates(found, good)
        {
            Good = StepOf(question, good, from),
            // Up to and with the release itself.
            Steps = [.. found.Select(upload => StepOf(question, Label(upload), upload.Time.AddTicks(1)))],
        };
    }

    /// <inheritdoc/>
    public override Task<BisectCulprit> DescribeAsync(Bisection search, CancellationToken cancellationToken)
    {
        var bad = uploads[search.FirstBad];
        return Task.FromResult(
            new BisectCulprit($"{bad.Name} {bad.Version}", search.LastGood < 0 ? good : Label(uploads[search.LastGood]))
            {
                Package = bad.Name.Value,
                Version = bad.Version.ToString(),
                Released = bad.Time,
                Constraint = $"{bad.Name}!={bad.Version}",
                NotJudged = [.. search.Unknown.Select(place => Label(uploads[place]))],
            }
        );
    }

    private static string Label(Upload upload) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{upload.Name} {upload.Version} ({upload.Time.UtcDateTime:yyyy-MM-dd HH:mm})"
        );

    private static DateTimeOffset Moment(string option, string text, Question question) =>
        Moments.Parse(text, $"`{option}`", question.Context.Clock)
        ?? throw new UsageException($"`{option}` needs a date, but `{text}` was given");

    private static async Task AddPagesAsync(
        Question question,
        DateTimeOffset moment,
        Dictionary<PackageName, ProjectPage> pages,
        CancellationToken cancellationToken
    )
    {
        var step = StepOf(question, "", moment);
        var markers = question.Probe.Target.Markers;
        var indexes = await IndexArguments.CreateAsync(
            question.Context,
            question.Arguments,
            step.Inputs,
            markers,
            cancellationToken
        );
        var request = new SolveRequest(step.Inputs, question.Probe.Target) { Resolve = step.Resolve };
        var bench = question.Run.Bench(indexes, question.Probe.Interpreter, request);
        var outcome = await new SolveOperation(bench).RunAsync(request, cancellationToken);
        if (outcome is not SolveOutcome.Solved solved)
            return;
        foreach (var package in solved.Resolution.Packages)
        {
            if (package.Candidate.Page is { } page)
                pages.TryAdd(package.Name, page.Page);
        }
    }

    private static IEnumerable<Upload> UploadsOf(PackageName name, ProjectPage page)
    {
        for (var index = 0; index < page.VersionCount; index++)
        {
            var (start, count) = page.FilesOf(index);
            var time = Enumerable
                .Range(start, count)
                .Where(i => page.FileAt(i).IsWheel)
                .Min(i => page.FileAt(i).UploadTime);
            if (time is { } known && !page.VersionAt(index).IsPrerelease)
                yield return new Upload(name, page.VersionAt(index), known);
        }
    }

    private static BisectStep StepOf(Question question, string label, DateTimeOffset cutoff) =>
        new(
            label,
            question.Inputs,
            question.Options with
            {
                // Every state is that of a fresh installation at its time.
                UpgradesAll = true,
                Cutoff = new UploadCutoff(cutoff),
            }
        );
}
