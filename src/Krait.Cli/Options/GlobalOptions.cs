using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options that every command takes; they may also stand before the command.</summary>
internal static class GlobalOptions
{
    public static readonly Option Help = new("help", OptionKind.Flag, "Show help: `-h` in short, `--help` in full")
    {
        Short = 'h',
    };
    public static readonly Option Version = new("version", OptionKind.Flag, "Show the version of Krait")
    {
        Short = 'V',
    };
    public static readonly Option Quiet = new(
        "quiet",
        OptionKind.Count,
        "Print less: once, only warnings and errors; twice, nothing"
    )
    {
        Short = 'q',
    };
    public static readonly Option Verbose = new(
        "verbose",
        OptionKind.Count,
        "Print more: what was requested, found in the cache and decided"
    )
    {
        Short = 'v',
    };
    public static readonly Option Color = new("color", OptionKind.Value, "Choose when to use colour")
    {
        HasUvVariable = false,
        Default = "auto",
        ValueName = "WHEN",
        Choices = ["auto", "always", "never"],
        Variable = "COLOR",
    };
    public static readonly Option ErrorFormat = new(
        "error-format",
        OptionKind.Value,
        "Print errors and warnings as text, or as one JSON object per line [default: text]"
    )
    {
        HasUvVariable = false,
        ValueName = "FORMAT",
        Choices = ["text", "json"],
        Variable = "ERROR_FORMAT",
    };
    public static readonly Option NoColor = new("no-color", OptionKind.Flag, "Do not use colour") { IsHidden = true };
    public static readonly Option NoProgress = new("no-progress", OptionKind.Flag, "Hide progress")
    {
        Variable = "NO_PROGRESS",
        Opposite = "progress",
    };
    public static readonly Option Offline = new("offline", OptionKind.Flag, "Use the cache only, without the network")
    {
        Variable = "OFFLINE",
        Opposite = "no-offline",
    };
    public static readonly Option CacheDir = new(
        "cache-dir",
        OptionKind.Value,
        "Keep the cache in this directory [default: ~/.cache/krait]"
    )
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
        Variable = "CACHE_DIR",
    };
    public static readonly Option NoCache = new(
        "no-cache",
        OptionKind.Flag,
        "Use a temporary cache and remove it at the end"
    )
    {
        Short = 'n',
        Aliases = ["no-cache-dir"],
        Variable = "NO_CACHE",
    };
    public static readonly Option Directory = new("directory", OptionKind.Value, "Change to this directory first")
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
        Variable = "WORKING_DIR",
    };
    public static readonly Option InsecureHost = new(
        "allow-insecure-host",
        OptionKind.Values,
        "Skip certificate checks for this host, and allow plain HTTP to it"
    )
    {
        Aliases = ["trusted-host"],
        ValueName = "HOST[:PORT]",
        Variable = "INSECURE_HOST",
    };
    public static readonly Option Certificates = new(
        "cert",
        OptionKind.Value,
        "Trust the certificate authorities in this file [default: those of the system]"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };
    public static readonly Option ClientCertificate = new(
        "client-cert",
        OptionKind.Value,
        "Present the certificate in this PEM file, which also holds its key, to servers that ask for one"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };
    public static readonly Option Timeout = new(
        "timeout",
        OptionKind.Value,
        "Give up on a silent connection after this many seconds"
    )
    {
        OtherVariables = ["UV_REQUEST_TIMEOUT"],
        Default = "30",
        Aliases = ["default-timeout"],
        ValueName = "SECONDS",
        Variable = "HTTP_TIMEOUT",
    };
    public static readonly Option Retries = new("retries", OptionKind.Value, "Retry failed requests up to N times")
    {
        Default = "3",
        ValueName = "N",
        Variable = "HTTP_RETRIES",
    };
    public static readonly Option Proxy = new(
        "proxy",
        OptionKind.Value,
        "Send all requests through this proxy; an empty URL sends them directly"
    )
    {
        ValueName = "URL",
    };
    public static readonly Option NoProxyVariables = new(
        "no-proxy-env",
        OptionKind.Flag,
        "Ignore proxy variables such as HTTPS_PROXY"
    );
    public static readonly Option ConfigFile = new(
        "config-file",
        OptionKind.Value,
        "Read settings from this file instead of looking for any"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
        Variable = "CONFIG_FILE",
    };
    public static readonly Option NoConfig = new("no-config", OptionKind.Flag, "Ignore all settings files")
    {
        Variable = "NO_CONFIG",
    };
    public static readonly Option Trace = new(
        "trace",
        OptionKind.Value,
        "Write what the run spends its time on to this file, for chrome://tracing or Perfetto"
    )
    {
        ValueName = "FILE",
        Variable = "TRACE",
    };
    public static readonly Option Isolated = new(
        "isolated",
        OptionKind.Flag,
        "Ignore the PIP_* variables and the user's pip.conf (as in pip)"
    )
    {
        IsHidden = true,
    };

    // Settings that files and variables have, and hardly anybody types.
    public static readonly Option ConcurrentDownloads = new(
        "concurrent-downloads",
        OptionKind.Value,
        "Download this many files at once [default: 50]"
    )
    {
        IsHidden = true,
        ValueName = "N",
        Variable = "CONCURRENT_DOWNLOADS",
    };
    public static readonly Option ConcurrentPages = new(
        "concurrent-pages",
        OptionKind.Value,
        "Request this many index pages at once [default: 100]"
    )
    {
        IsHidden = true,
        ValueName = "N",
        Variable = "CONCURRENT_PAGES",
    };
    public static readonly Option ConcurrentMetadata = new(
        "concurrent-metadata",
        OptionKind.Value,
        "Request this many metadata files at once [default: 400]"
    )
    {
        IsHidden = true,
        ValueName = "N",
        Variable = "CONCURRENT_METADATA",
    };
    public static readonly Option PrefetchDepth = new(
        "prefetch-depth",
        OptionKind.Value,
        "Request the metadata of this many versions together with a page [default: 1]"
    )
    {
        IsHidden = true,
        ValueName = "N",
        Variable = "PREFETCH_DEPTH",
    };
    public static readonly Option Features = new(
        "features",
        OptionKind.Values,
        "Switch optimizations off to measure them or to get around a server problem: `-http2,-prediction`, or `none`"
    )
    {
        IsHidden = true,
        ValueName = "LIST",
        Variable = "FEATURES",
    };
    public static readonly Option ConcurrentBuilds = new(
        "concurrent-builds",
        OptionKind.Value,
        "Build this many packages at once [default: the number of processors]"
    )
    {
        IsHidden = true,
        ValueName = "N",
        Variable = "CONCURRENT_BUILDS",
    };
    public static readonly Option LockTimeout = new(
        "lock-timeout",
        OptionKind.Value,
        "Wait this many seconds for a lock that another process holds [default: 300]"
    )
    {
        IsHidden = true,
        ValueName = "SECONDS",
        Variable = "LOCK_TIMEOUT",
    };
    public static readonly Option ConnectTimeout = new(
        "connect-timeout",
        OptionKind.Value,
        "Give up on a connection that is not established after this many seconds [default: 10]"
    )
    {
        IsHidden = true,
        ValueName = "SECONDS",
        Variable = "HTTP_CONNECT_TIMEOUT",
    };
    public static readonly Option HttpProxy = new(
        "http-proxy",
        OptionKind.Value,
        "Send HTTP requests through this proxy, unless HTTP_PROXY is set"
    )
    {
        IsHidden = true,
        ValueName = "URL",
    };
    public static readonly Option HttpsProxy = new(
        "https-proxy",
        OptionKind.Value,
        "Send HTTPS requests through this proxy, unless HTTPS_PROXY is set"
    )
    {
        IsHidden = true,
        ValueName = "URL",
    };
    public static readonly Option NoProxy = new(
        "no-proxy",
        OptionKind.Values,
        "Reach this host without the proxy of a settings file"
    )
    {
        IsHidden = true,
        ValueName = "HOST",
    };
    public static readonly Option RequireVirtualenv = new(
        "require-virtualenv",
        OptionKind.Flag,
        "Refuse to change anything outside a virtual environment"
    )
    {
        HasUvVariable = false,
        Aliases = ["require-venv"],
        Variable = "REQUIRE_VIRTUALENV",
        IsHidden = true,
    };

    /// <summary>All of them, in the order of help texts.</summary>
    public static ImmutableArray<Option> All { get; } =
    [
        Quiet,
        Verbose,
        Color,
        NoColor,
        ErrorFormat,
        NoProgress,
        Offline,
        CacheDir,
        NoCache,
        Directory,
        InsecureHost,
        Certificates,
        ClientCertificate,
        Timeout,
        Retries,
        Proxy,
        NoProxyVariables,
        ConfigFile,
        NoConfig,
        Trace,
        RequireVirtualenv,
        ConcurrentDownloads,
        ConcurrentPages,
        ConcurrentMetadata,
        ConcurrentBuilds,
        PrefetchDepth,
        Features,
        LockTimeout,
        ConnectTimeout,
        HttpProxy,
        HttpsProxy,
        NoProxy,
        .. ForeignOptions.General,
        Help,
        Version,
    ];
}
