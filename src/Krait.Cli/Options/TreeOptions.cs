using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of commands that show a tree of dependencies.</summary>
internal static class TreeOptions
{
    public static readonly Option Depth = new("depth", OptionKind.Value, "Show at most N levels")
    {
        Short = 'd',
        ValueName = "N",
    };
    public static readonly Option Prune = new("prune", OptionKind.Values, "Leave out this package")
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option Package = new("package", OptionKind.Values, "Start from this package")
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option NoDedupe = new(
        "no-dedupe",
        OptionKind.Flag,
        "Repeat subtrees that were shown before"
    );
    public static readonly Option Invert = new("invert", OptionKind.Flag, "Show the packages that require each package")
    {
        Aliases = ["reverse"],
    };

    public static readonly Option Outdated = new("outdated", OptionKind.Flag, "Show newer versions");

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } = [Depth, Prune, Package, NoDedupe, Invert, Outdated];

    /// <summary>How many levels are shown.</summary>
    /// <exception cref="UsageException">The value is not a number.</exception>
    public static int DepthOf(ParsedArguments arguments)
    {
        if (arguments.Value(Depth) is not { } text)
            return int.MaxValue;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var depth)
            ? depth
            : throw new UsageException($"`--depth {text}` is not a number");
    }
}
