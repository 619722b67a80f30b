using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Index;
using Krait.Index.Credentials;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;

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
        if (arguments.Value(GlobalOptions.Timeout) is { } seconds)
            http = http with { IdleTimeout = TimeSpan.FromSeconds(PositiveNumber("--timeout", seconds)) };
        if (arguments.Value(GlobalOptions.Retries) is { } retries)
            http = http with { Retries = WholeNumber("--retries", retries, minimum: 0, maximum: 100) };
        if (arguments.Value(GlobalOptions.Certificates) is { } bundle)
        {
            http = http with
            {
                Trust = new TrustSettings(Path.GetFullPath(bundle, context.WorkingFolder), Folders: null, "--cert"),
            };
        }

        if (arguments.Value(GlobalOptions.ClientCertificate) is { } file)
        {
            http = http with
            {
                ClientCertificate = new(Path.GetFullPath(file, context.WorkingFolder), "--client-cert"),
            };
        }

        http = http with { Keyring = Keyring(context, arguments) };
        if (arguments.IsOn(GlobalOptions.NoProxyVariables))
            http = http with { Proxies = ProxySettings.None };
        if (arguments.Value(GlobalOptions.Proxy) is { } proxy)
            http = http with { Proxies = Proxy(proxy) };
        http = http with
        {
            InsecureHosts = [.. http.InsecureHosts, .. arguments.Values(GlobalOptions.InsecureHost), .. trustedHosts],
        };
        var (refreshesAll, refreshed) = Refreshed(arguments);
        var options = new IndexClientOptions
        {
            Http = http,
            IsOffline = neverAsks || arguments.IsOn(GlobalOptions.Offline),
            Freshness = refreshesAll ? Freshness.AlwaysRevalidate : Freshness.ObeyHeaders,
            Refreshed = refreshed,
            PageConcurrency = Concurrency(context, "KRAIT_CONCURRENT_PAGES", 100),
            MetadataConcurrency = Concurrency(context, "KRAIT_CONCURRENT_METADATA", 100),
            DownloadConcurrency = Downloads(context),
            Clock = context.Clock,
        };
        return new IndexClient(FeatureSwitches.Read(context).Apply(options), cache);
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

    /// <summary>A proxy that the user names is for everything; an empty address means none.</summary>
    private static ProxySettings Proxy(string address)
    {
        if (address.Length == 0)
            return ProxySettings.None;
        return new ProxySettings(address, address, []);
    }

    /// <summary>Which packages are asked for again: all, or those named since the last `:all:` or `:none:` (pip's rules).</summary>
    public static (bool All, FrozenSet<PackageName> Names) Refreshed(ParsedArguments arguments)
    {
        // What is upgraded or installed anew is asked for again, or it would be what was newest some minutes ago.
        var isOffline = arguments.IsOn(GlobalOptions.Offline);
        Option[] forAll = [PipOptions.Refresh, CompileOptions.Rebuild, PipOptions.Upgrade, PipOptions.Reinstall];
        var all = !isOffline && Array.Exists(forAll, arguments.IsOn);
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
    public static int Downloads(KraitContext context) =>
        FeatureSwitches.Read(context).Downloads(Concurrency(context, "KRAIT_CONCURRENT_DOWNLOADS", 50));

    /// <summary>For how many versions metadata is requested as soon as a page is there.</summary>
    public static int PrefetchDepth(KraitContext context) => Number(context, "KRAIT_PREFETCH_DEPTH", 1, minimum: 0);

    /// <summary>How many backends run at once.</summary>
    public static int Builds(KraitContext context) =>
        Concurrency(context, "KRAIT_CONCURRENT_BUILDS", Environment.ProcessorCount);

    private static int Concurrency(KraitContext context, string variable, int usual) =>
        Number(context, variable, usual, minimum: 1);

    private static int Number(KraitContext context, string variable, int usual, int minimum) =>
        context.Variables.GetValueOrDefault(variable) is { Length: > 0 } text
            ? WholeNumber(variable, text, minimum, maximum: 10_000)
            : usual;

    private static double PositiveNumber(string name, string text) =>
        NumberFrom(name, text, minimum: 0) is > 0 and var number ? number : throw NotANumber(name, text);

    private static double NumberFrom(string name, string text, double minimum) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number >= minimum
            ? number
            : throw NotANumber(name, text);

    private static int WholeNumber(string name, string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= minimum
        && number <= maximum
            ? number
            : throw new UsageException(
                $"`{name}` takes a whole number from {minimum} to {maximum}, but `{text}` was given"
            );

    private static UsageException NotANumber(string name, string text) =>
        new($"`{name}` takes a number, but `{text}` was given");
}
