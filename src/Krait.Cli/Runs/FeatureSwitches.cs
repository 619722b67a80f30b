using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Index;
using Krait.Resolver.Requests;

namespace Krait.Cli.Runs;

/// <summary>
/// `KRAIT_FEATURES`: what Krait does to be fast, each switched off with a `-` before its name (`-http2,-prediction`), or all with `none`.
/// It is there to measure what each is worth, and to get around a server that one of them upsets; results stay the same.
/// </summary>
internal sealed class FeatureSwitches
{
    /// <summary>All of them, and what each does.</summary>
    public static readonly IReadOnlyList<(string Name, string Effect)> All =
    [
        ("http2", "Use HTTP/2 where the server offers it"),
        ("brotli", "Accept pages compressed with Brotli"),
        ("prewarm", "Connect to indexes while requirements are read"),
        ("ranges", "Read the metadata of a wheel without downloading all of it"),
        ("prefetch", "Request pages as soon as something requires a package"),
        ("pipelining", "Request metadata as soon as a page is there"),
        ("non-blocking", "Follow what arrives while the resolution waits for something else"),
        ("presubmit", "Request everything an earlier run needed at once"),
        ("prediction", "Request what well-known packages require at once"),
        ("batches", "Request metadata of many versions at once while they are rejected"),
        ("parallel-downloads", "Download several files at once"),
        ("streaming", "Unpack files while others are still arriving"),
    ];

    private readonly HashSet<string> off;

    private FeatureSwitches(HashSet<string> off) => this.off = off;

    /// <summary>Reads the variable.</summary>
    /// <exception cref="UsageException">It names no feature.</exception>
    public static FeatureSwitches Read(ParsedArguments arguments)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in Words(arguments))
        {
            var name = word.TrimStart('-', '+');
            if (word is "none")
                named.UnionWith(All.Select(feature => feature.Name));
            else if (word is "all")
                named.Clear();
            else if (All.All(feature => !string.Equals(feature.Name, name, StringComparison.Ordinal)))
                throw Unknown(arguments, word);
            else if (word.StartsWith('-'))
                named.Add(name);
            else
                named.Remove(name);
        }

        return new FeatureSwitches(named);
    }

    /// <summary>The same client, without what is switched off.</summary>
    public IndexClientOptions Apply(IndexClientOptions options) =>
        off.Count == 0
            ? options
            : options with
            {
                Http = options.Http with
                {
                    AllowsHttp2 = options.Http.AllowsHttp2 && IsOn("http2"),
                    AllowsBrotli = options.Http.AllowsBrotli && IsOn("brotli"),
                },
                Prewarms = options.Prewarms && IsOn("prewarm"),
                ReadsParts = options.ReadsParts && IsOn("ranges"),
                DownloadConcurrency = Downloads(options.DownloadConcurrency),
            };

    /// <summary>How many files are downloaded at once.</summary>
    /// <param name="usual">How many where nothing is switched off.</param>
    public int Downloads(int usual) => IsOn("parallel-downloads") ? usual : 1;

    /// <summary>What a resolution asks for ahead of time.</summary>
    /// <param name="depth">For how many versions metadata is requested with their page.</param>
    public LookaheadOptions Lookahead(int depth) =>
        new()
        {
            AsksEarly = IsOn("prefetch"),
            MetadataDepth = IsOn("pipelining") ? depth : 0,
            FollowsEarlierRuns = IsOn("presubmit"),
            Predicts = IsOn("prediction"),
            GrowsBatches = IsOn("batches"),
            FollowsArrivals = IsOn("non-blocking"),
        };

    /// <summary>Whether files are unpacked while others are still arriving.</summary>
    public bool UnpacksWhileFetching => IsOn("streaming");

    private static IEnumerable<string> Words(ParsedArguments arguments) =>
        arguments
            .Values(GlobalOptions.Features)
            .SelectMany(list =>
                list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            );

    private static UsageException Unknown(ParsedArguments arguments, string word) =>
        new(
            $"{arguments.NameOf(GlobalOptions.Features)} names an unknown feature: `{word}`",
            $"Use `all`, `none`, or a list of {string.Join(", ", All.Select(feature => feature.Name))}, each with `-` before it to switch it off"
        );

    private bool IsOn(string name) => !off.Contains(name);
}
