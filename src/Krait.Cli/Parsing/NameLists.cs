using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Cli.Parsing;

/// <summary>pip's lists of packages: names between commas, `:all:` and `:none:`.</summary>
internal static class NameLists
{
    public const string All = ":all:";
    public const string None = ":none:";

    /// <summary>The elements of all lists, in order.</summary>
    public static IEnumerable<string> Split(IEnumerable<string> lists) =>
        lists.SelectMany(list =>
            list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );

    /// <summary>Reads a package name of the command line.</summary>
    /// <exception cref="KraitException">It is none (unusable input).</exception>
    public static PackageName ParseName(string text) =>
        PackageName.TryParse(text, out var name, out var error)
            ? name
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
}
