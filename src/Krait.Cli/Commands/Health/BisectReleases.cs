using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Health.Bisect;
using Krait.Index;
using Krait.Index.Metadata;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;

namespace Krait.Cli.Commands.Health;

/// <summary>The releases of one package.</summary>
internal sealed class BisectReleases : BisectRow
{
    private readonly Question question;
    private readonly PackageName package;
    private readonly ProjectPage page;
    private readonly IndexLocation location;
    private readonly ImmutableArray<Version> versions;
    private readonly Version good;

    private BisectReleases(
        Question question,
        PackageName package,
        ProjectPage page,
        IndexLocation location,
        ImmutableArray<Version> versions,
        Version good
    )
    {
        (this.question, this.package, this.page) = (question, package, page);
        (this.location, this.versions, this.good) = (location, versions, good);
    }

    /// <summary>What a search works with.</summary>
    internal sealed record Question(
        KraitContext Context,
        ParsedArguments Arguments,
        CommandRun Run,
        BisectProbe Probe,
        RequirementSet Inputs,
        ResolveOptions Options
    );

    /// <inheritdoc/>
    public override string Noun => "releases";

    /// <summary>Reads the releases between two versions from the index.</summary>
    /// <exception cref="UsageException">The index does not have a version, or they are in the wrong order.</exception>
    public static async Task<BisectRow> ReadAsync(
        Question question,
        PackageName package,
        Version good,
        Version bad,
        CancellationToken cancellationToken
    )
    {
        if (good >= bad)
            throw new UsageException($"`--good {good}` is not older than `--bad {bad}`", "Swap the two versions");
        var (page, location) = await FindPageAsync(question, package, cancellationToken);
        foreach (var (option, version) in new[] { ("--good", good), ("--bad", bad) })
        {
            if (page.IndexOf(version) < 0)
            {
                throw new UsageException(
                    $"`{option}` names {package} {version}, which the index does not have",
                    Known(page)
                );
            }
        }

        var all = Enumerable.Range(0, page.VersionCount).Select(page.VersionAt);
        var between = all.Where(version => version > good && version <= bad)
            .Where(version => version == bad || IsUsable(page, version, bad))
            .ToImmutableArray();
        return new BisectReleases(question, package, page, location, between, good)
        {
            Good = StepOf(question, package, good),
            Steps = [.. between.Select(version => StepOf(question, package, version))],
        };
    }

    /// <inheritdoc/>
    public override async Task<BisectCulprit> DescribeAsync(Bisection search, CancellationToken cancellationToken)
    {
        var bad = versions[search.FirstBad];
        var last = search.LastGood < 0 ? good : versions[search.LastGood];
        var changes = RequirementChanges.Between(
            await ReadMetadataAsync(last, cancellationToken),
            await ReadMetadataAsync(bad, cancellationToken)
        );
        return new BisectCulprit($"{package} {bad}", $"{package} {last}")
        {
            Package = package.Value,
            Version = bad.ToString(),
            Released = Enumerable
                .Range(page.FilesOf(page.IndexOf(bad)).Start, page.FilesOf(page.IndexOf(bad)).Count)
                .Min(index => page.FileAt(index).UploadTime),
            Changes = changes,
            Constraint = $"{package}<{bad}",
            NotJudged = [.. search.Unknown.Select(place => $"{package} {versions[place]}")],
        };
    }

    private static async Task<(ProjectPage Page, IndexLocation Location)> FindPageAsync(
        Question question,
        PackageName package,
        CancellationToken cancellationToken
    )
    {
        var settings = IndexArguments.Create(question.Context, question.Arguments, question.Inputs);
        foreach (var place in settings.FindLinks.Concat(settings.Of(package).Locations))
        {
            if (
                await question.Run.Client.GetPageAsync(place, package, cancellationToken) is PageResponse.Found found
                && found.Page.FileCount > 0
            )
            {
                return (found.Page, place);
            }
        }

        throw new KraitException(
            new Diagnostic("package-not-found", $"`{package}` was not found")
            {
                Notes = [$"asked: {string.Join(", ", settings.All)}"],
            }
        );
    }

    private static string Known(ProjectPage page)
    {
        var newest = Enumerable.Range(0, page.VersionCount).Select(page.VersionAt).OrderDescending().Take(8);
        return $"The newest are {string.Join(", ", newest)}";
    }

    /// <summary>Pre-releases and what was withdrawn are nobody's choice, unless the end that fails is one.</summary>
    private static bool IsUsable(ProjectPage page, Version version, Version bad)
    {
        if (version.IsPrerelease && !bad.IsPrerelease)
            return false;
        var (start, count) = page.FilesOf(page.IndexOf(version));
        return Enumerable.Range(start, count).Any(index => page.FileAt(index) is { IsWheel: true, IsYanked: false });
    }

    private static BisectStep StepOf(Question question, PackageName package, Version version)
    {
        var pin = new Requirement(package) { Specifiers = SpecifierSet.Parse($"=={version}") };
        var limit = new Limit(pin, new RequirementOrigin.InFile("krait bisect", 0));
        return new BisectStep(
            $"{package} {version}",
            question.Inputs with
            {
                Constraints = question.Inputs.Constraints.Add(limit),
            },
            question.Options
        );
    }

    private async Task<CoreMetadata?> ReadMetadataAsync(Version version, CancellationToken cancellationToken)
    {
        var index = page.IndexOf(version);
        if (index < 0)
            return null;
        var (start, count) = page.FilesOf(index);
        try
        {
            foreach (var file in Enumerable.Range(start, count).Select(page.FileAt).Where(file => file.IsWheel))
            {
                var answer = await question.Run.Client.GetMetadataAsync(file, location, cancellationToken);
                if (answer is MetadataResponse.Found found)
                    return found.Metadata;
            }
        }
        catch (KraitException)
        {
            // The answer is found; what the release changed is only told where that is known.
        }

        return null;
    }
}
