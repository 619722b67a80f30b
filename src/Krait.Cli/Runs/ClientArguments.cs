using System.Collections.Frozen;
using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Index;
using Krait.Index.Credentials;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Resolver.Requests;

namespace Krait.Cli.Runs;

/// <summary>Turns the general options, the environment variables and the index options into a client.</summary>
internal static class ClientArguments
{
    /// <summary>The connection to the indexes, as the general options and the environment say.</summary>
    /// <exception cref="KraitException">An option cannot be used (unusable input).</exception>
    public static IndexClient Create(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        ImmutableArray<string> trustedHosts,
        bool neverAsks = false
    )
    {
        var http = HttpOptions.FromVariables(context.Variables);
        http = Limits(http, arguments);
        if (arguments.Value(GlobalOptions.Certificates) is { } bundle)
        {
            http = http with
            {
                Trust = new TrustSettings(
                    Path.GetFullPath(bundle, context.WorkingFolder),
                    Folders: null,
                    Bare(arguments, GlobalOptions.Certificates)
                ),
            };
        }

        if (arguments.Value(GlobalOptions.ClientCertificate) is { } file)
        {
            http = http with
            {
                ClientCertificate = new(
                    Path.GetFullPath(file, context.WorkingFolder),
                    Bare(arguments, GlobalOptions.ClientCertificate)
                ),
            };
        }

        http = http with
        {
            Keyring = Keyring(context, arguments),
            Watch = context.Terminal.Verbosity >= Verbosity.Verbose ? context.Terminal.Detail : null,
        };
        http = http with { Proxies = Proxies(http.Proxies, arguments) };
        http = http with
        {
            InsecureHosts = [.. http.InsecureHosts, .. arguments.Values(GlobalOptions.InsecureHost), .. trustedHosts],
        };
        var (refreshesAll, refreshed) = Refreshed(arguments);
        var usual = new IndexClientOptions();
        var options = usual with
        {
            Http = http,
            IsOffline = neverAsks || arguments.IsOn(GlobalOptions.Offline),
            Freshness = refreshesAll ? Freshness.AlwaysRevalidate : Freshness.ObeyHeaders,
            TrustsPins = arguments.Value(PipOptions.FreshnessMode) is not "headers",
            Refreshed = refreshed,
            PageConcurrency = Count(arguments, GlobalOptions.ConcurrentPages, usual.PageConcurrency, minimum: 1),
            MetadataConcurrency = Count(
                arguments,
                GlobalOptions.ConcurrentMetadata,
                usual.MetadataConcurrency,
                minimum: 1
            ),
            DownloadConcurrency = Downloads(arguments),
            Clock = context.Clock,
        };
        return new IndexClient(FeatureSwitches.Read(arguments).Apply(options), cache);
    }

    private static KeyringSettings? Keyring(KraitContext context, ParsedArguments arguments) =>
        arguments.Value(IndexOptions.KeyringProvider) switch
        {
            "subprocess" => new KeyringSettings(context.Variables.GetValueOrDefault("PATH", ""), IsRequired: true),
            "auto" => new KeyringSettings(context.Variables.GetValueOrDefault("PATH", ""), IsRequired: false),
            "import" => throw new UsageException(
                "krait cannot import the Python module of a keyring",
                "Ask its program with `--keyring-provider subprocess`"
            ),
            _ => null,
        };

    /// <summary>A proxy that the user names is for everything; those of settings files yield to the variables of the system.</summary>
    private static ProxySettings Proxies(ProxySettings ofVariables, ParsedArguments arguments)
    {
        var known = arguments.IsOn(GlobalOptions.NoProxyVariables) ? ProxySettings.None : ofVariables;
        if (arguments.Value(GlobalOptions.Proxy) is { } proxy)
        {
            return proxy.Length == 0
                ? ProxySettings.None
                : new ProxySettings(proxy, proxy, [], Bare(arguments, GlobalOptions.Proxy));
        }

        var (http, https) = (arguments.Value(GlobalOptions.HttpProxy), arguments.Value(GlobalOptions.HttpsProxy));
        if (!known.IsEmpty || (http is null && https is null))
            return known;
        var source = Bare(arguments, https is null ? GlobalOptions.HttpProxy : GlobalOptions.HttpsProxy);
        return new ProxySettings(http, https, arguments.Values(GlobalOptions.NoProxy), source);
    }

    /// <summary>What says something, for messages that put it into backticks themselves.</summary>
    private static string Bare(ParsedArguments arguments, Option option) =>
        arguments
            .NameOf(option)
            .Replace("`", "", StringComparison.Ordinal)
            .Replace("the variable ", "", StringComparison.Ordinal);

    private static HttpOptions Limits(HttpOptions http, ParsedArguments arguments)
    {
        if (arguments.Value(GlobalOptions.Timeout) is { } seconds)
            http = http with { IdleTimeout = Seconds(arguments, GlobalOptions.Timeout, seconds) };
        if (arguments.Value(GlobalOptions.ConnectTimeout) is { } connecting)
            http = http with { ConnectTimeout = Seconds(arguments, GlobalOptions.ConnectTimeout, connecting) };
        if (arguments.Value(GlobalOptions.Retries) is { } retries)
        {
            var name = arguments.NameOf(GlobalOptions.Retries);
            http = http with { Retries = Numbers.Whole(name, retries, minimum: 0, maximum: 100) };
        }

        return http;
    }

    private static TimeSpan Seconds(ParsedArguments arguments, Option option, string text) =>
        TimeSpan.FromSeconds(Numbers.Seconds(arguments.NameOf(option), text, minimum: double.Epsilon));

    /// <summary>Which packages are asked for again: all, or those named since the last `:all:` or `:none:` (pip's rules).</summary>
    public static (bool All, FrozenSet<PackageName> Names) Refreshed(ParsedArguments arguments)
    {
        // What is upgraded or reinstalled is asked for again, or it would be what was newest some minutes ago.
        var isOffline = arguments.IsOn(GlobalOptions.Offline);
        Option[] forAll = [PipOptions.Refresh, CompileOptions.Rebuild, PipOptions.Upgrade, PipOptions.Reinstall];
        var all =
            !isOffline
            && (Array.Exists(forAll, arguments.IsOn) || arguments.Value(PipOptions.FreshnessMode) is "always");
        var names = new HashSet<PackageName>();
        foreach (var text in NameLists.Split(arguments.Values(PipOptions.RefreshPackage)))
        {
            if (text is NameLists.All or NameLists.None)
            {
                all = text is NameLists.All;
                names.Clear();
            }
            else
            {
                names.Add(NameLists.ParseName(text));
            }
        }

        foreach (var text in arguments.Values(PipOptions.ReinstallPackage))
            names.Add(NameLists.ParseName(text));
        names.UnionWith(ResolveArguments.UpgradedPackages(arguments));
        return (all, isOffline ? [] : names.ToFrozenSet());
    }

    /// <summary>How many files are fetched at once.</summary>
    /// <exception cref="UsageException">The number is not one.</exception>
    public static int Downloads(ParsedArguments arguments) =>
        FeatureSwitches.Read(arguments).Downloads(Count(arguments, GlobalOptions.ConcurrentDownloads, 50, minimum: 1));

    /// <summary>For how many versions metadata is requested as soon as a page is there.</summary>
    /// <exception cref="UsageException">The number is not one.</exception>
    public static int PrefetchDepth(ParsedArguments arguments) =>
        Count(arguments, GlobalOptions.PrefetchDepth, LookaheadOptions.Default.MetadataDepth, minimum: 0);

    /// <summary>How many backends run at once.</summary>
    /// <exception cref="UsageException">The number is not one.</exception>
    public static int Builds(ParsedArguments arguments) =>
        Count(arguments, GlobalOptions.ConcurrentBuilds, Environment.ProcessorCount, minimum: 1);

    private static int Count(ParsedArguments arguments, Option option, int usual, int minimum) =>
        arguments.Value(option) is { } text
            ? Numbers.Whole(arguments.NameOf(option), text, minimum, maximum: 10_000)
            : usual;
}
