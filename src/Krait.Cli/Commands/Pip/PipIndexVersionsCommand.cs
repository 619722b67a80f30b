using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip index versions`: which versions of a package can be installed here.</summary>
internal static class PipIndexVersionsCommand
{
    private static readonly Option Json = new("json", OptionKind.Flag, "Print JSON");

    public static Command Command { get; } =
        new("pip index versions", "List the versions of a package that the indexes offer for this Python")
        {
            Positional = new Positional("PACKAGE", IsRequired: true, IsRepeatable: false),
            Options = () =>
                [
                    Json,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    .. PipOptions.Environment,
                    .. PipOptions.Machine,
                    .. PipOptions.Tags,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var name = NameLists.ParseName(arguments.Positionals[0]);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var interpreter = await Health.TodayPython.FindAsync(context, arguments, run.Cache, cancellationToken);
        var target = TargetArguments.Create(context, arguments, interpreter);
        var indexes = IndexArguments.Create(context, arguments);
        var cutoff = ResolveArguments.Cutoff(context, arguments).For(name);
        var found = new SortedSet<Version>();
        foreach (var location in indexes.FindLinks.Concat(indexes.Of(name).Locations))
        {
            if (await run.Client.GetPageAsync(location, name, cancellationToken) is not PageResponse.Found page)
                continue;
            found.UnionWith(UsableVersions(page.Page, target, cutoff));
            if (found.Count > 0 && indexes.Strategy == Sources.IndexStrategy.FirstIndex)
                break;
        }

        var allows = arguments.IsOn(SelectionOptions.Pre) || arguments.Value(SelectionOptions.Prerelease) is "allow";
        var versions = found.Where(version => allows || !version.IsPrerelease).Reverse().ToImmutableArray();
        if (versions.IsEmpty)
        {
            throw new KraitException(
                new Diagnostic(
                    "no-versions",
                    $"no version of `{name}` can be installed with Python {target.Python}"
                ).About(name.Value)
            );
        }

        var installed = await InstalledAsync(context, arguments, run, name, cancellationToken);
        if (arguments.IsOn(Json))
            WriteJson(context, arguments.Positionals[0], versions, installed);
        else
            WriteText(context, arguments.Positionals[0], versions, installed);
        return ExitCodes.Done;
    }

    private static IEnumerable<Version> UsableVersions(ProjectPage page, MachineTarget target, DateTimeOffset? cutoff)
    {
        for (var index = 0; index < page.VersionCount; index++)
        {
            var (start, count) = page.FilesOf(index);
            if (Enumerable.Range(start, count).Select(page.FileAt).Any(file => IsUsable(file, target, cutoff)))
                yield return page.VersionAt(index);
        }
    }

    private static bool IsUsable(IndexFile file, MachineTarget target, DateTimeOffset? cutoff)
    {
        if (file.IsYanked || (cutoff is { } limit && !(file.UploadTime is { } time && time < limit)))
            return false;
        if (file.RequiresPython is { } requires && !requires.Contains(target.Python))
            return false;
        return !file.IsWheel || target.Tags.RankOf(file.Wheel) is not null;
    }

    private static async Task<string?> InstalledAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        PackageName name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var environment = await EnvironmentAccess.FindAsync(context, arguments, run.Cache, cancellationToken);
            return InstalledDistributions.Read(environment).Find(name)?.VersionText;
        }
        catch (KraitException)
        {
            return null;
        }
    }

    private static void WriteText(
        KraitContext context,
        string name,
        ImmutableArray<Version> versions,
        string? installed
    )
    {
        context.Terminal.WriteResult($"{name} ({versions[0]})");
        context.Terminal.WriteResult($"Available versions: {string.Join(", ", versions)}");
        if (installed is null)
            return;
        context.Terminal.WriteResult($"  INSTALLED: {installed}");
        context.Terminal.WriteResult($"  LATEST:    {versions[0]}");
    }

    private static void WriteJson(
        KraitContext context,
        string name,
        ImmutableArray<Version> versions,
        string? installed
    ) =>
        context.Terminal.WriteResult(
            JsonText.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteStartArray("versions");
                foreach (var version in versions)
                    writer.WriteStringValue(version.ToString());
                writer.WriteEndArray();
                writer.WriteString("latest", versions[0].ToString());
                if (installed is not null)
                    writer.WriteString("installed_version", installed);
                writer.WriteEndObject();
            })
        );
}
