using System.Collections.Immutable;
using System.Globalization;
using Krait.Index.Credentials;
using Krait.Packaging.Text;
using Krait.Platform;

namespace Krait.Index.Http;

/// <summary>How requests are made.</summary>
public sealed record HttpOptions
{
    /// <summary>What the client calls itself.</summary>
    public string UserAgent { get; init; } = "krait/" + Product.Version;

    /// <summary>How long a connection may take to be made, its TLS handshake included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the other side may stay silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection is waited for: no longer than for anything else that a silent server owes.</summary>
    public TimeSpan ConnectLimit => ConnectTimeout < IdleTimeout ? ConnectTimeout : IdleTimeout;

    /// <summary>How long one attempt at a page or metadata file may take in all.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A transfer slower than this, over <see cref="RateWindow"/>, is given up; bytes a second.</summary>
    public int MinimumRate { get; init; } = 1024;

    /// <summary>The time over which the rate of a transfer is judged.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is repeated after its first failure.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The pause before the first repetition; it doubles, and is shortened at random by up to a half.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long one fetch waits in all for servers that ask for it with `Retry-After`; who asks for more is not waited for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections to one host over HTTP/1.1; further requests wait for one of them.</summary>
    public int ConnectionsPerHost { get; init; } = 16;

    /// <summary>Whether HTTP/2 is used where it is offered.</summary>
    public bool AllowsHttp2 { get; init; } = true;

    /// <summary>Whether servers may compress with Brotli.</summary>
    public bool AllowsBrotli { get; init; } = true;

    /// <summary>The longest page that is read, after decompression: the longest of the public index has some 30 MiB.</summary>
    public long PageLimit { get; init; } = 64L * 1024 * 1024;

    /// <summary>The longest requirements or lock file that is read.</summary>
    public long TextLimit { get; init; } = 16L * 1024 * 1024;

    /// <summary>The longest file that is downloaded where neither the index nor the server says how long it is.</summary>
    public long UnsizedFileLimit { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Which certificate authorities are trusted.</summary>
    public TrustSettings Trust { get; init; } = new(File: null, Folders: null);

    /// <summary>Hosts (`host` or `host:port`) whose certificates are not verified.</summary>
    public ImmutableArray<string> InsecureHosts { get; init; } = [];

    /// <summary>Which requests go through a proxy.</summary>
    public ProxySettings Proxies { get; init; } = ProxySettings.None;

    /// <summary>Where credentials that came with no URL are looked up; null for nowhere.</summary>
    public string? NetrcPath { get; init; }

    /// <summary>Told of each request and of what the cache has, in words, from any thread; null where nobody reads it.</summary>
    public Action<string>? Watch { get; init; }

    /// <summary>How the program `keyring` is asked; null never asks it.</summary>
    public KeyringSettings? Keyring { get; init; }

    /// <summary>What a server that asks who we are is shown; null shows nothing.</summary>
    public ClientCertificateSettings? ClientCertificate { get; init; }

    /// <summary>Where connections may go, for a server that asks on behalf of others; null for anywhere.</summary>
    public NetworkReach? Reach { get; init; }

    /// <summary>Reads what the environment says: timeouts, retries, certificates, proxies, netrc.</summary>
    /// <exception cref="KraitException">A value cannot be used (unusable input).</exception>
    public static HttpOptions FromVariables(IReadOnlyDictionary<string, string> variables)
    {
        var options = new HttpOptions();
        return options with
        {
            IdleTimeout = Seconds(variables, "KRAIT_HTTP_TIMEOUT", options.IdleTimeout),
            ConnectTimeout = Seconds(variables, "KRAIT_HTTP_CONNECT_TIMEOUT", options.ConnectTimeout),
            Retries = Count(variables, "KRAIT_HTTP_RETRIES", options.Retries),
            Trust = TrustSettings.FromVariables(variables),
            Proxies = ProxySettings.FromVariables(variables),
            NetrcPath = CredentialStore.FindNetrc(variables),
            ClientCertificate = ClientCertificateSettings.FromVariables(variables),
        };
    }

    private static TimeSpan Seconds(IReadOnlyDictionary<string, string> variables, string name, TimeSpan standard)
    {
        if (!variables.TryGetValue(name, out var text) || text.Length == 0)
            return standard;
        const double LongestDay = 24 * 60 * 60;
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= LongestDay
            ? TimeSpan.FromSeconds(seconds)
            : throw Invalid(name, text, "a number of seconds above 0");
    }

    private static int Count(IReadOnlyDictionary<string, string> variables, string name, int standard)
    {
        if (!variables.TryGetValue(name, out var text) || text.Length == 0)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100
            ? count
            : throw Invalid(name, text, "a number from 0 to 100");
    }

    private static KraitException Invalid(string name, string value, string expected) =>
        new(new Diagnostic("invalid-variable", $"`{name}` is `{value}`, where {expected} is expected"))
        {
            Kind = FailureKind.UnusableInput,
        };
}
