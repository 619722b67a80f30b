using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Cli.Commands;

/// <summary>`krait cache dir | clean | prune | size`.</summary>
internal static class CacheCommands
{
    private static readonly Option Force = new(
        "force",
        OptionKind.Flag,
        "Accepted for scripts; krait waits for running processes"
    )
    {
        IsHidden = true,
    };
    private static readonly Option Ci = new(
        "ci",
        OptionKind.Flag,
        "Remove downloaded files, too: what is kept between runs of CI is costly to make again, or small"
    );
    private static readonly Option Human = new("human", OptionKind.Flag, "Print a readable size instead of bytes")
    {
        Short = 'H',
    };
    private static readonly Option OutputFormat = new("output-format", OptionKind.Value, "For people or for programs")
    {
        Choices = ["auto", "human", "machine"],
    };

    public static Command Dir { get; } =
        new("cache dir", "Print the path of the cache directory")
        {
            Options = () => [ProjectOptions.Project],
            RunAsync = (context, arguments, _) => Task.FromResult(PrintFolder(context, arguments)),
        };

    public static Command Clean { get; } =
        new("cache clean", "Remove everything from the cache, or everything about some packages")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () => [Force, ProjectOptions.Project],
            RunAsync = CleanAsync,
        };

    public static Command Prune { get; } =
        new("cache prune", "Remove cache entries that will not be used again")
        {
            Options = () => [Ci, Force, ProjectOptions.Project],
            RunAsync = PruneAsync,
        };

    public static Command Size { get; } =
        new("cache size", "Print the size of the cache")
        {
            Options = () => [Human, OutputFormat, ProjectOptions.Project],
            RunAsync = MeasureAsync,
        };

    private static int PrintFolder(KraitContext context, ParsedArguments arguments)
    {
        context.Terminal.WriteExact(Location(context, arguments).Path + "\n");
        return 0;
    }

    private static async Task<int> CleanAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var names = arguments.Positionals.Select(ParseName).ToList();
        if (!FolderTree.IsFolder(Location(context, arguments).Path))
            return Report(context, "Removed", default);
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var (limit, waiting) = (CacheArguments.LockLimit(arguments), CacheArguments.Waiting(context));
        if (names.Count == 0)
            return Report(context, "Removed", await cache.CleanAsync(limit, waiting, cancellationToken));
        foreach (var name in names)
            Report(context, $"{name}: removed", await cache.CleanAsync(name, limit, waiting, cancellationToken));
        return 0;
    }

    private static async Task<int> PruneAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (!FolderTree.IsFolder(Location(context, arguments).Path))
            return Report(context, "Removed", default);
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var removed = await cache.PruneAsync(
            arguments.IsOn(Ci),
            CacheArguments.LockLimit(arguments),
            CacheArguments.Waiting(context),
            cancellationToken
        );
        return Report(context, "Removed", removed);
    }

    private static Task<int> MeasureAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var path = Location(context, arguments).Path;
        var bytes = FolderTree.IsFolder(path) ? FolderTree.Measure(path).Bytes : 0;
        var isForPeople = arguments.IsOn(Human) || arguments.Value(OutputFormat) is "human";
        context.Terminal.WriteResult(isForPeople ? Readable(bytes) : bytes.ToString(CultureInfo.InvariantCulture));
        return Task.FromResult(0);
    }

    private static CacheLocation Location(KraitContext context, ParsedArguments arguments) =>
        CacheArguments.Location(context, arguments)
        ?? throw new UsageException("there is no home directory to keep a cache in", "Name one with `--cache-dir DIR`");

    private static PackageName ParseName(string text) =>
        PackageName.TryParse(text, out var name, out var error)
            ? name
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };

    private static int Report(KraitContext context, string what, TreeSize removed)
    {
        context.Terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what} {removed.Files} {(removed.Files == 1 ? "file" : "files")} ({Readable(removed.Bytes)})"
            )
        );
        return 0;
    }

    /// <summary>A number of bytes in the largest unit that leaves a whole part.</summary>
    public static string Readable(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]}");
    }
}
