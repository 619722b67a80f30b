using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Health.Bisect;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;

namespace Krait.Cli.Commands.Health;

/// <summary>The revisions of a file of requirements in Git.</summary>
internal sealed class BisectRevisions : BisectRow
{
    private readonly ImmutableArray<string> revisions;

    private BisectRevisions(ImmutableArray<string> revisions) => this.revisions = revisions;

    /// <inheritdoc/>
    public override string Noun => "revisions";

    /// <summary>Reads the revisions of the file after one up to another.</summary>
    /// <exception cref="UsageException">An end is neither a date nor a revision, or nothing lies between them.</exception>
    public static async Task<BisectRow> ReadAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        BisectProbe probe,
        ResolveOptions options,
        string good,
        string bad,
        CancellationToken cancellationToken
    )
    {
        var file = arguments.Values(PipOptions.Requirements)[0];
        var listed = await PinFiles.RevisionsAsync(context, good, bad, file, cancellationToken);
        if (listed is not { IsEmpty: false } found)
        {
            throw new UsageException(
                $"no Git revision between `{good}` and `{bad}` changed `{file}`",
                "Use two dates, two revisions, or two versions with `--package`"
            );
        }

        var steps = new List<BisectStep>();
        foreach (var revision in found.Prepend(good))
        {
            var text = await PinFiles.ShowAsync(context, revision, file, cancellationToken) ?? "";
            var copy = PinFiles.WriteCopy(file, text);
            var inputs = await ReadInputsAsync(arguments, run, [copy], cancellationToken);
            steps.Add(new BisectStep($"{file} at {Short(revision)}", inputs, options with { UpgradesAll = true }));
        }

        return new BisectRevisions(found) { Good = steps[0], Steps = [.. steps.Skip(1)] };
    }

    /// <inheritdoc/>
    public override Task<BisectCulprit> DescribeAsync(Bisection search, CancellationToken cancellationToken)
    {
        var bad = Steps[search.FirstBad];
        var last = search.LastGood < 0 ? Good : Steps[search.LastGood];
        var before = Texts(last.Inputs);
        var after = Texts(bad.Inputs);
        var changed = after
            .Where(pair => !string.Equals(before.GetValueOrDefault(pair.Key), pair.Value, StringComparison.Ordinal))
            .ToList();
        var only =
            changed.Count == 1
                ? bad
                    .Inputs.Roots.First(root =>
                        string.Equals(root.Requirement.Name.Value, changed[0].Key, StringComparison.Ordinal)
                    )
                    .Requirement
                : null;
        var version = only?.Specifiers is { IsExactPin: true } pin ? pin.Clauses[0].Version : null;
        return Task.FromResult(
            new BisectCulprit(bad.Label, last.Label)
            {
                Package = version is null ? null : only?.Name.Value,
                Version = version?.ToString(),
                Changes =
                [
                    .. changed.Select(pair =>
                        $"{pair.Value}, before {before.GetValueOrDefault(pair.Key, "not listed")}"
                    ),
                ],
                Constraint = version is null ? null : $"{only?.Name}!={version}",
                NotJudged = [.. search.Unknown.Select(place => Short(revisions[place]))],
            }
        );
    }

    private static Dictionary<string, string> Texts(RequirementSet inputs) =>
        inputs
            .Roots.DistinctBy(root => root.Requirement.Name)
            .ToDictionary(
                root => root.Requirement.Name.Value,
                root => root.Requirement.ToString(),
                StringComparer.Ordinal
            );

    private static string Short(string revision) =>
        revision.Length == 40 && revision.All(char.IsAsciiHexDigit) ? revision[..10] : revision;
}
