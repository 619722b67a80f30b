using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Parsing;
using Krait.Environments.Layouts;
using Krait.Health.Smoke;
using Krait.Packaging.RequirementsFiles;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Health;

/// <summary>Turns the options of a smoke check into its request.</summary>
internal static class SmokeArguments
{
    /// <summary>The request.</summary>
    /// <exception cref="UsageException">A value cannot be used, or a package is not installed.</exception>
    public static SmokeRequest Create(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        InstalledGraph graph,
        ImmutableArray<InstalledPackage> packages
    )
    {
        var request = new SmokeRequest(environment, graph, context.Variables)
        {
            Packages = packages,
            Modules = [.. arguments.Values(SmokeOptions.Module)],
            Commands = [.. arguments.Values(SmokeOptions.Command).Select(Words)],
            WorkingFolder = context.WorkingFolder,
        };
        if (arguments.Value(SmokeOptions.TimeLimit) is { } seconds)
            request = request with { TimeLimit = TimeSpan.FromSeconds(Number("--time-limit", seconds)) };
        if (arguments.Value(SmokeOptions.MemoryLimit) is { } size)
            request = request with { MemoryLimit = Size(size) };
        if (arguments.Value(SmokeOptions.Jobs) is { } jobs)
            request = request with { Width = (int)Math.Clamp(Number("--jobs", jobs), 1, 64) };
        return request;
    }

    private static ImmutableArray<string> Words(string command) =>
        ShellWords.TrySplit(command, out var words) && words.Count > 0
            ? [.. words]
            : throw new UsageException($"`--command` cannot read `{command}`", "Close every quote");

    private static double Number(string option, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and < 1_000_000
            ? number
            : throw new UsageException($"`{option}` needs a positive number, but `{text}` was given");

    private static long Size(string text)
    {
        var (factor, digits) = char.ToUpperInvariant(text.LastOrDefault()) switch
        {
            'K' => (1L << 10, text[..^1]),
            'M' => (1L << 20, text[..^1]),
            'G' => (1L << 30, text[..^1]),
            _ => (1L, text),
        };
        return
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < long.MaxValue / factor
            ? number * factor
            : throw new UsageException(
                $"`--memory-limit` needs a size, but `{text}` was given",
                "Write it as `512M` or `8G`"
            );
    }
}
