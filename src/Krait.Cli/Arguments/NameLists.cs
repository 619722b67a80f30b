namespace Krait.Cli.Arguments;

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
}
