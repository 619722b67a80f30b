using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options on where packages come from.</summary>
internal static class IndexOptions
{
    public static readonly Option Index = new(
        "index",
        OptionKind.Values,
        "Search this index before all others; the first one given is searched first"
    )
    {
        Content = OptionContent.Index,
        ValueName = "[NAME=]URL",
        Variable = "INDEX",
    };
    public static readonly Option DefaultIndex = new(
        "default-index",
        OptionKind.Value,
        "Use this package index instead of the public one; it is searched last"
    )
    {
        Content = OptionContent.Index,
        ValueName = "[NAME=]URL",
        Variable = "DEFAULT_INDEX",
    };
    public static readonly Option IndexUrl = new(
        "index-url",
        OptionKind.Value,
        "Use this package index instead of the public one (as in pip)"
    )
    {
        Content = OptionContent.Index,
        Short = 'i',
        Aliases = ["pypi-url"],
        ValueName = "URL",
        Variable = "INDEX_URL",
    };
    public static readonly Option ExtraIndexUrl = new(
        "extra-index-url",
        OptionKind.Values,
        "Search this index before the default one"
    )
    {
        Content = OptionContent.Index,
        ValueName = "[NAME=]URL",
        Variable = "EXTRA_INDEX_URL",
    };
    public static readonly Option NoIndex = new(
        "no-index",
        OptionKind.Flag,
        "Ignore all indexes: use only --find-links, paths and URLs"
    )
    {
        Variable = "NO_INDEX",
    };
    public static readonly Option FindLinks = new(
        "find-links",
        OptionKind.Values,
        "Look for distributions in this directory or on this page"
    )
    {
        Content = OptionContent.Path,
        Short = 'f',
        ValueName = "PATH|URL",
        Variable = "FIND_LINKS",
        VariableSeparator = ',',
    };
    public static readonly Option IndexStrategy = new(
        "index-strategy",
        OptionKind.Value,
        "Choose which indexes may provide a package"
    )
    {
        Default = "first-index",
        ValueName = "STRATEGY",
        Choices = ["first-index", "unsafe-first-match", "unsafe-best-match"],
        Variable = "INDEX_STRATEGY",
    };
    public static readonly Option Resolver = new(
        "resolver",
        OptionKind.Value,
        "Ask an index that offers it for all packages of a resolution at once"
    )
    {
        Default = "auto",
        ValueName = "WHERE",
        // The last two are pip-compile's names for resolvers, of which there is one here.
        Choices = ["auto", "local", "server", "backtracking", "legacy"],
        Variable = "RESOLVER",
        HasUvVariable = false,
    };
    public static readonly Option KeyringProvider = new(
        "keyring-provider",
        OptionKind.Value,
        "Look up index credentials with this keyring provider"
    )
    {
        Default = "disabled",
        ValueName = "PROVIDER",
        Choices = ["disabled", "subprocess", "auto", "import"],
        Variable = "KEYRING_PROVIDER",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [Index, DefaultIndex, IndexUrl, ExtraIndexUrl, NoIndex, FindLinks, IndexStrategy, Resolver, KeyringProvider];
}
