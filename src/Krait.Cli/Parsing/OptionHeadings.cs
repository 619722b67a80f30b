using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>The headings of help texts: which option stands under which, in one table that shows the whole order at a glance.</summary>
internal static class OptionHeadings
{
    /// <summary>Where an option stands that only its own command has.</summary>
    public const string Own = "Options";

    /// <summary>The headings in the order of help texts.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Own,
        "Requirements",
        "Indexes",
        "Resolution",
        "Build",
        "Installation",
        "Output",
        "Python",
        "Cache",
        "Network",
        "Global",
    ];

    private const string Table = """
        Requirements: requirements editable requirements-from-script constraints overrides excludes extra all-extras group no-sources
          no-sources-package no-deps only-deps require-hashes no-verify-hashes
        Indexes: index default-index index-url extra-index-url no-index find-links index-strategy resolver keyring-provider torch-backend
        Resolution: upgrade upgrade-package upgrade-group upgrade-strategy resolution prerelease prerelease-package pre all-releases
          only-final exclude-newer exclude-newer-package fork-strategy universal ignore-installed
        Build: no-build only-binary no-binary build-constraints config-settings config-settings-package
          no-build-isolation no-build-isolation-package check-build-dependencies
        Installation: reinstall reinstall-package exact target prefix root link-mode compile-bytecode strict strict-files strict-record dry-run check report
          output-format yes
        Output: output-file format generate-hashes strip-extras strip-markers no-annotate annotation-style no-header
          custom-compile-command no-emit-package unsafe-package no-allow-unsafe emit-index-url emit-find-links emit-trusted-host
          emit-build-options emit-options emit-marker-expression emit-index-annotation newline reuse-hashes
        Python: python system break-system-packages python-version python-platform platform abi implementation path require-virtualenv
        Cache: cache-dir no-cache refresh refresh-package freshness removal-check no-removal-check
        Network: offline timeout retries cert client-cert allow-insecure-host proxy no-proxy-env
        Global: quiet verbose color error-format no-progress directory config-file no-config config trace help version
        """;

    private static readonly ImmutableArray<string> MostUsed =
    [
        "requirements",
        "output-file",
        "upgrade",
        "upgrade-package",
        "python",
        "no-deps",
        "no-index",
        "no-cache",
        "constraints",
        "index-url",
        "extra-index-url",
        "universal",
        "generate-hashes",
        "editable",
        "dry-run",
    ];

    private static readonly Lazy<FrozenDictionary<string, string>> Headings = new(Read);

    /// <summary>The heading of an option.</summary>
    public static string Of(string name) => Headings.Value.GetValueOrDefault(name, Own);

    /// <summary>The place of an option in a short list.</summary>
    public static int RankOf(string name) => MostUsed.IndexOf(name) is >= 0 and var rank ? rank : MostUsed.Length;

    /// <summary>Whether an option is one of the most used.</summary>
    public static bool IsMostUsed(string name) => RankOf(name) < MostUsed.Length;

    private static FrozenDictionary<string, string> Read()
    {
        var headings = new Dictionary<string, string>(StringComparer.Ordinal);
        var heading = Own;
        foreach (var word in Table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.EndsWith(':'))
                heading = word[..^1];
            else
                headings[word] = heading;
        }

        return headings.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
