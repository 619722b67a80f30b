using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip cache`: the cache of krait, in the words and lines of `pip cache`.</summary>
internal static class PipCacheCommand
{
    private static readonly string[] Actions = ["dir", "info", "list", "purge", "remove"];

    private static readonly Option Format = new("format", OptionKind.Value, "List wheels for people, or as paths")
    {
        Choices = ["human", "abspath"],
        Default = "human",
    };

    public static Command Command { get; } =
        new("pip cache", "Show and remove what is cached: dir, info, list, remove or purge")
        {
            Positional = new Positional("ACTION", IsRequired: false, IsRepeatable: true),
            Options = () => [Format],
            UsesSettings = false,
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.IsOn(GlobalOptions.NoCache) || CacheArguments.Location(context, arguments) is not { } location)
            throw Failed("the cache is disabled, so there is nothing to show or to remove");
        if (arguments.Positionals is not [var action, .. var rest] || !Actions.Contains(action, StringComparer.Ordinal))
            throw Failed($"need an action ({string.Join(", ", Actions)}) to perform");
        if (rest.Count > (action is "list" or "remove" ? 1 : 0))
            throw Failed($"too many arguments for `krait pip cache {action}`");
        var root = location.Path;
        switch (action)
        {
            case "dir":
                SavingRun.Say(context, root);
                break;
            case "info":
                WriteFacts(context, root);
                break;
            case "list":
                WriteWheels(context, root, rest.FirstOrDefault() ?? "*", arguments.Value(Format) is "abspath");
                break;
            case "remove" when rest.Count == 0:
                throw Failed("`krait pip cache remove` needs a pattern", "`*` removes everything");
            default:
                var pattern = action is "purge" ? "*" : rest[0];
                return RemoveAsync(context, arguments, root, pattern, cancellationToken);
        }

        return Task.FromResult(ExitCodes.Done);
    }

    private static void WriteFacts(KraitContext context, string root)
    {
        var pages = default(TreeSize);
        foreach (var bucket in (CacheBucket[])[CacheBucket.Pages, CacheBucket.Metadata])
        {
            var folder = Path.Join(root, BucketName.Of(bucket));
            var size = FolderTree.IsFolder(folder) ? FolderTree.Measure(folder) : default;
            pages += size;
        }

        var wheels = BuiltWheelFiles.List(root).ToList();
        SavingRun.Say(
            context,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                Package index page cache location: {Path.Join(root, BucketName.Of(CacheBucket.Pages))}
                Package index page cache size: {Size(pages.Bytes)}
                Number of HTTP files: {pages.Files}
                Locally built wheels location: {Path.Join(root, BucketName.Of(CacheBucket.BuiltWheels))}
                Locally built wheels size: {Size(wheels.Sum(wheel => wheel.Size.Bytes))}
                Number of locally built wheels: {wheels.Count}
                """
            )
        );
    }

    private static void WriteWheels(KraitContext context, string root, string pattern, bool asPaths)
    {
        var matches = Matcher(pattern);
        var wheels = BuiltWheelFiles.List(root).Where(wheel => matches(Path.GetFileName(wheel.Path))).ToList();
        if (asPaths)
        {
            foreach (var path in wheels.Select(wheel => wheel.Path).Order(StringComparer.Ordinal))
                SavingRun.Say(context, path);
            return;
        }

        if (wheels.Count == 0)
        {
            SavingRun.Say(context, "No locally built wheels cached.");
            return;
        }

        SavingRun.Say(context, "Cache contents:\n");
        var lines = wheels.Select(wheel => $" - {Path.GetFileName(wheel.Path)} ({Size(wheel.Size.Bytes)})");
        foreach (var line in lines.Order(StringComparer.Ordinal))
            SavingRun.Say(context, line);
    }

    private static async Task<int> RemoveAsync(
        KraitContext context,
        ParsedArguments arguments,
        string root,
        string pattern,
        CancellationToken cancellationToken
    )
    {
        var total = default(TreeSize);
        var folders = 0;
        if (FolderTree.IsFolder(root))
        {
            using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
            var (limit, waiting) = (CacheArguments.LockLimit(arguments), CacheArguments.Waiting(context));
            if (pattern is "*")
            {
                total = await cache.CleanAsync(limit, waiting, cancellationToken);
            }
            else
            {
                var removed = await cache.CleanBuiltAsync(Matcher(pattern), limit, waiting, cancellationToken);
                // An unpacked wheel counts as the file that it was.
                total = new TreeSize(removed.Length, removed.Sum(wheel => wheel.Size.Bytes));
                folders = removed
                    .DistinctBy(wheel => Path.GetDirectoryName(wheel.Path), StringComparer.Ordinal)
                    .Count();
            }
        }

        if (total.Files == 0)
        {
            var of = pattern is "*" ? "" : $" for pattern `{pattern}`";
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("nothing-cached", $"no matching packages{of}")
            );
        }

        SavingRun.Say(
            context,
            string.Create(CultureInfo.InvariantCulture, $"Files removed: {total.Files} ({Size(total.Bytes)})")
        );
        SavingRun.Say(context, string.Create(CultureInfo.InvariantCulture, $"Directories removed: {folders}"));
        return ExitCodes.Done;
    }

    /// <summary>A pattern on the names of wheels; one with a hyphen has a version in it.</summary>
    private static Predicate<string> Matcher(string pattern)
    {
        var glob = pattern + (pattern.Contains('-', StringComparison.Ordinal) ? "*.whl" : "-*.whl");
        return name => GlobPattern.MatchesName(glob, name);
    }

    /// <summary>A size as pip writes it.</summary>
    private static string Size(long bytes) =>
        bytes switch
        {
            > 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB"),
            > 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
            > 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0.0} kB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        };

    private static KraitException Failed(string message, params ImmutableArray<Remedy> hints) =>
        new(new Diagnostic("pip-cache", message) { Hints = hints });
}
