using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Sources;

namespace Krait.Cli.Options;

/// <summary>The options on where packages come from.</summary>
internal static class IndexOptions
{
    public static readonly Option Index = new(
        "index",
        OptionKind.Values,
        "A further index, asked before all others; the first that is given comes first"
    )
    {
        ValueName = "[NAME=]URL",
        Variable = "INDEX",
    };
    public static readonly Option DefaultIndex = new(
        "default-index",
        OptionKind.Value,
        "The package index to use in place of the public one; it is asked last"
    )
    {
        ValueName = "[NAME=]URL",
        Variable = "DEFAULT_INDEX",
    };
    public static readonly Option IndexUrl = new("index-url", OptionKind.Value, "The same, as pip spells it")
    {
        Short = 'i',
        Aliases = ["pypi-url"],
        ValueName = "URL",
        Variable = "INDEX_URL",
    };
    public static readonly Option ExtraIndexUrl = new(
        "extra-index-url",
        OptionKind.Values,
        "A further index, asked before the default one"
    )
    {
        ValueName = "[NAME=]URL",
        Variable = "EXTRA_INDEX_URL",
    };
    public static readonly Option NoIndex = new(
        "no-index",
        OptionKind.Flag,
        "Ask no index: only --find-links and direct references"
    )
    {
        Variable = "NO_INDEX",
    };
    public static readonly Option FindLinks = new(
        "find-links",
        OptionKind.Values,
        "A folder or page with distributions"
    )
    {
        Short = 'f',
        ValueName = "PATH|URL",
        Variable = "FIND_LINKS",
        VariableSeparator = ',',
    };
    public static readonly Option IndexStrategy = new(
        "index-strategy",
        OptionKind.Value,
        "Which indexes may offer a package"
    )
    {
        ValueName = "STRATEGY",
        Choices = ["first-index", "unsafe-first-match", "unsafe-best-match"],
        Variable = "INDEX_STRATEGY",
    };
    public static readonly Option KeyringProvider = new(
        "keyring-provider",
        OptionKind.Value,
        "Where to ask for index credentials that no address or netrc file holds"
    )
    {
        ValueName = "PROVIDER",
        Choices = ["disabled", "subprocess", "auto", "import"],
        Variable = "KEYRING_PROVIDER",
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<Option> All { get; } =
    [Index, DefaultIndex, IndexUrl, ExtraIndexUrl, NoIndex, FindLinks, IndexStrategy, KeyringProvider];
}
