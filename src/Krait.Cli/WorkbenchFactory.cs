using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Arguments;
using Krait.Cli.Commands;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Installer.Wheels;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Sources;

namespace Krait.Cli;

/// <summary>Turns options into what operations work with.</summary>
internal static class WorkbenchFactory
{
    /// <summary>The connection to the indexes, as the general options and the environment say.</summary>
    /// <exception cref="KraitException">An option cannot be used (exit code 2).</exception>
    public static IndexClient CreateClient(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        bool neverAsks = false
    )
    {
        var http = HttpOptions.FromVariables(context.Variables);
        if (arguments.Value(GlobalOptions.Timeout) is { } seconds)
            http = http with { IdleTimeout = TimeSpan.FromSeconds(PositiveNumber("--timeout", seconds)) };
        if (arguments.Value(GlobalOptions.Retries) is { } retries)
            http = http with { Retries = (int)NumberFrom("--retries", retries, minimum: 0) };
        if (arguments.Value(GlobalOptions.Certificates) is { } bundle)
        {
            http = http with
            {
                Trust = new TrustSettings(Path.GetFullPath(bundle, context.WorkingFolder), Folders: null),
            };
        }
        http = http with { InsecureHosts = [.. http.InsecureHosts, .. arguments.Values(GlobalOptions.InsecureHost)] };
        var options = new IndexClientOptions
        {
            Http = http,
            IsOffline = neverAsks || arguments.IsOn(GlobalOptions.Offline),
            Freshness = arguments.IsOn(PipOptions.Refresh) ? Freshness.AlwaysRevalidate : Freshness.ObeyHeaders,
            Refreshed = arguments.Values(PipOptions.RefreshPackage).Select(InspectionOptions.ParseName).ToFrozenSet(),
            DownloadConcurrency = Concurrency(context, "KRAIT_CONCURRENT_DOWNLOADS", 50),
            Clock = context.Clock,
        };
        return new IndexClient(options, cache);
    }

    /// <summary>Where packages come from: the command line, else requirements files, else the variables, else the public index.</summary>
    /// <exception cref="KraitException">An address cannot be used (exit code 2).</exception>
    public static IndexSettings CreateIndexes(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<LineOptions> files
    )
    {
        var isOff = arguments.IsOn(PipOptions.NoIndex) || files.Any(options => options.HasNoIndex);
        var fromFile = files.Select(options => options.IndexUrl).LastOrDefault(url => url is not null);
        var defaultUrl =
            (arguments.WasGiven(PipOptions.IndexUrl) ? arguments.Value(PipOptions.IndexUrl) : null)
            ?? fromFile
            ?? arguments.Value(PipOptions.IndexUrl)
            ?? IndexLocation.PublicIndex;
        var extra = arguments
            .Values(PipOptions.ExtraIndexUrl)
            .Concat(files.SelectMany(options => options.ExtraIndexUrls));
        var links = arguments.Values(PipOptions.FindLinks).Concat(files.SelectMany(options => options.FindLinks));
        return new IndexSettings
        {
            Indexes = isOff
                ? []
                :
                [
                    .. extra.Select(text => Index(context, text, isDefault: false)),
                    Index(context, defaultUrl, isDefault: true),
                ],
            FindLinks = [.. links.Select(text => Links(context, text))],
            Strategy = arguments.Value(PipOptions.IndexStrategy) switch
            {
                "unsafe-first-match" => IndexStrategy.UnsafeFirstMatch,
                "unsafe-best-match" => IndexStrategy.UnsafeBestMatch,
                _ => IndexStrategy.FirstIndex,
            },
        };
    }

    /// <summary>Everything that an operation works with; the caller disposes client and store.</summary>
    public static Workbench Create(
        KraitContext context,
        CacheFolder cache,
        IndexClient client,
        IndexSettings indexes,
        WheelStore store,
        IProgress<OperationEvent> progress
    ) =>
        new(cache, client, indexes, store, context.WorkingFolder, context.Variables)
        {
            Downloads = Concurrency(context, "KRAIT_CONCURRENT_DOWNLOADS", 50),
            LockLimit = CacheAccess.LockLimit(context),
            Waiting = CacheAccess.Waiting(context),
            Progress = progress,
        };

    /// <summary>Reads what a command line names.</summary>
    public static Task<RequirementSet> ReadInputsAsync(
        KraitContext context,
        IndexClient client,
        RequirementSources sources,
        CancellationToken cancellationToken
    )
    {
        return new RequirementSetReader(CreateLoader(client), context.WorkingFolder, context.Variables).ReadAsync(
            sources,
            cancellationToken
        );
    }

    /// <summary>Reads texts, with addresses fetched by a client and `-` from standard input.</summary>
    public static TextLoader CreateLoader(IndexClient client)
    {
        async Task<byte[]> FetchAsync(SafeUrl url, CancellationToken token)
        {
            using var file = await client.DownloadAsync(new DownloadRequest(url, url.FileName), progress: null, token);
            return file.ReadContent().ToArray();
        }
        return new TextLoader(FetchAsync, StandardInput.ReadAsync);
    }

    private static IndexLocation Index(KraitContext context, string text, bool isDefault)
    {
        // `name=https://…` gives the index a name; an address of its own may hold `=` only after its scheme.
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var name = equals > 0 && (scheme < 0 || equals < scheme) ? text[..equals] : null;
        return new IndexLocation(
            Location(context, name is null ? text : text[(equals + 1)..]),
            name,
            IndexKind.Simple,
            isDefault
        );
    }

    private static IndexLocation Links(KraitContext context, string text) =>
        new(Location(context, text), kind: IndexKind.FindLinks);

    private static SafeUrl Location(KraitContext context, string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) && !text.StartsWith("file:", StringComparison.Ordinal))
            return SafeUrl.FromPath(Path.GetFullPath(text, context.WorkingFolder));
        return SafeUrl.TryParse(text, out var url, out var error)
            ? url
            : throw new KraitException(error) { ExitCode = 2 };
    }

    private static int Concurrency(KraitContext context, string variable, int usual) =>
        context.Variables.GetValueOrDefault(variable) is { Length: > 0 } text
            ? (int)NumberFrom(variable, text, minimum: 1)
            : usual;

    private static double PositiveNumber(string name, string text) =>
        NumberFrom(name, text, minimum: 0) is > 0 and var number ? number : throw NotANumber(name, text);

    private static double NumberFrom(string name, string text, double minimum) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number >= minimum
            ? number
            : throw NotANumber(name, text);

    private static UsageException NotANumber(string name, string text) =>
        new($"`{name}` takes a number, and `{text}` was given");
}
