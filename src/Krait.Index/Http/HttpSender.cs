using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Krait.Index.Credentials;
using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>Sends one request and follows its redirects. Knows nothing of repetitions, caches and bodies.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int LongestRedirection = 10;

    private readonly HttpOptions _options;
    private readonly CredentialStore _credentials;
    private readonly NetworkCounters _counters;
    private readonly ServerVerifier _verifier;
    private readonly Keyring? _keyring;
    private readonly Connector _connector;
    private readonly Lazy<HttpMessageInvoker> _invoker;
    private readonly Http2Trust _http2;

    public HttpSender(HttpOptions options, CredentialStore credentials, NetworkCounters counters)
    {
        _options = options;
        _credentials = credentials;
        _counters = counters;
        _verifier = new ServerVerifier(
            options.Trust,
            options.InsecureHosts.ToHashSet(StringComparer.OrdinalIgnoreCase),
            options.ClientCertificate is null ? null : new ClientIdentity(options.ClientCertificate)
        );
        _keyring = options.Keyring is null ? null : new Keyring(options.Keyring, credentials);
        _connector = new Connector(options, _verifier, counters);
        _http2 = new Http2Trust(options.AllowsHttp2);
        _invoker = new Lazy<HttpMessageInvoker>(MakeInvoker);
    }

    /// <summary>
    /// Loads what HTTP and TLS need and starts connections, on a thread of its own: never waits, never fails, never keeps the process.
    /// </summary>
    public void Warm(IReadOnlyList<SafeUrl> urls)
    {
        foreach (var url in urls)
            _verifier.Identity?.ShowTo(url.Origin);
        var connections = urls.Select(_connector.Announce).ToList();
        var thread = new Thread(() =>
        {
            foreach (var connectAsync in connections)
            {
                if (connectAsync is not null)
                    _ = connectAsync();
            }
            try
            {
                RuntimeHelpers.RunClassConstructor(typeof(HttpRequestMessage).TypeHandle);
                _ = _invoker.Value;
            }
            catch (KraitException)
            {
                // Unusable certificates: the first request will say so.
            }
        })
        {
            IsBackground = true,
            Name = "warm",
        };
        thread.Start();
    }

    /// <summary>Asks a host over HTTP/1.1 from now on: its HTTP/2 is broken.</summary>
    public void Downgrade(Origin origin) => _http2.Lose(origin);

    /// <summary>Sends a request and reads the head of the final answer.</summary>
    /// <exception cref="HttpFailure">The network failed.</exception>
    /// <exception cref="KraitException">A redirect cannot be followed, or the settings are unusable.</exception>
    public async Task<HttpReply> SendAsync(HttpQuery query, CancellationToken cancellationToken)
    {
        var url = query.Url;
        for (var hops = 0; ; hops++)
        {
            var reply = await SendOrAskAsync(query, url, cancellationToken);
            if (reply.Status is not (301 or 302 or 303 or 307 or 308) || reply.Header("Location").Length == 0)
                return reply;
            using (reply)
            {
                if (hops == LongestRedirection)
                    throw Refused(query.Url, $"it was redirected more than {LongestRedirection} times");
                url = Follow(url, reply.Header("Location"));
                _counters.CountRedirect();
            }
        }
    }

    public void Dispose()
    {
        if (_invoker.IsValueCreated)
            _invoker.Value.Dispose();
    }

    private static SafeUrl Follow(SafeUrl from, string location)
    {
        if (!from.TryResolve(location, out var to, out var error))
            throw Refused(from, $"it was redirected wrongly: {error.Message}");
        if (to.IsFile)
            throw Refused(from, "it was redirected to a local file");
        return from.IsHttps && !to.IsHttps
            ? throw Refused(from, $"it was redirected from a secure to an insecure connection, `{to}`")
            : to;
    }

    /// <summary>Sends a request; where it is refused for want of a credential, the keyring is asked and it is sent once more.</summary>
    private async Task<HttpReply> SendOrAskAsync(HttpQuery query, SafeUrl url, CancellationToken cancellationToken)
    {
        var sent = CredentialFor(query, url);
        var reply = await SendOnceAsync(query, url, sent, cancellationToken);
        // A password that the user gave is not replaced behind their back.
        if (reply.Status != 401 || _keyring is null || sent is { Password.Length: > 0 })
            return reply;
        if (!await _keyring.FindAsync(url, query.LinkedFrom, cancellationToken))
            return reply;
        reply.Dispose();
        return await SendOnceAsync(query, url, CredentialFor(query, url), cancellationToken);
    }

    /// <summary>The credential in the address, unless it is a name alone and its password is known.</summary>
    private Credential? CredentialFor(HttpQuery query, SafeUrl url)
    {
        if (url.Credential is { Password.Length: > 0 } given)
            return given;
        var known = _credentials.Find(url, query.LinkedFrom);
        return known is { Password.Length: > 0 } ? known : url.Credential ?? known;
    }

    private async Task<HttpReply> SendOnceAsync(
        HttpQuery query,
        SafeUrl url,
        Credential? credential,
        CancellationToken cancellationToken
    )
    {
        using var request = MakeRequest(query, url, credential);
        // Who we are is shown to those whom the user named, and to files that an index keeps on its own origin.
        if (query.LinkedFrom is null ? url.Origin == query.Url.Origin : url.Origin == query.LinkedFrom.Origin)
            _verifier.Identity?.ShowTo(url.Origin);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.ConnectTimeout + _options.IdleTimeout);
        try
        {
            _counters.CountRequest();
            var reply = new HttpReply(await _invoker.Value.SendAsync(request, limit.Token), url);
            if (reply.IsHttp2)
                _http2.Prove(url.Origin);
            if (!reply.HasAmbiguousLength)
                return reply;
            reply.Dispose();
            throw new HttpFailure("network", "the answer does not state one length");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpFailure(
                "network-timeout",
                $"`{url.Host}` did not answer within {_options.IdleTimeout.TotalSeconds:0.#} s",
                e
            );
        }
        catch (HttpRequestException e)
        {
            throw Translate(e, url, askedOver: request.Version);
        }
    }

    private Exception Translate(HttpRequestException exception, SafeUrl url, System.Version askedOver)
    {
        if (HttpFailure.Find<KraitException>(exception) is { } known)
            return new KraitException(known.Diagnostic, exception) { ExitCode = known.ExitCode };
        // Through a proxy the handler does the handshake, and knows no reason.
        var reason =
            exception.HttpRequestError is HttpRequestError.SecureConnectionError ? _verifier.ReasonFor(url.Host) : null;
        var told = reason is null
            ? exception
            : new ConnectException(HttpRequestError.SecureConnectionError, reason, exception.InnerException);
        if (HttpFailure.From(told, url.Host) is not { } failure)
            return exception;
        failure.Origin = url.Origin;
        // Over HTTP/1.1 there is no other way of asking: what broke needs time.
        failure.IsProtocol = askedOver.Major >= 2 && (failure.IsProtocol || _http2.MayExplain(told, url));
        return failure;
    }

    private HttpRequestMessage MakeRequest(HttpQuery query, SafeUrl url, Credential? credential)
    {
        // Everything is made anew for each hop: nothing that was meant for one origin can reach the next.
        var request = new HttpRequestMessage(query.IsHead ? HttpMethod.Head : HttpMethod.Get, url.Uri)
        {
            Version = _http2.Has(url.Origin) ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        foreach (var (name, value) in query.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (credential is not null)
            request.Headers.Authorization = credential.ToHeader();
        return request;
    }

    private HttpMessageInvoker MakeInvoker()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = !_options.Proxies.IsEmpty,
            Proxy = _options.Proxies.IsEmpty ? null : _options.Proxies,
            PreAuthenticate = false,
            MaxConnectionsPerServer = _options.ConnectionsPerHost,
            EnableMultipleHttp2Connections = false,
            // The default of 64 KB makes a large page wait for several round trips.
            InitialHttp2StreamWindowSize = 8 * 1024 * 1024,
            ActivityHeadersPropagator = null,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectCallback = _connector.ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = ServerVerifier.FirstPolicy(),
                LocalCertificateSelectionCallback = _verifier.Identity is { } identity
                    ? (_, host, _, _, _) => identity.For(host, 443)!
                    : null,
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                {
                    var host = (sender as SslStream)?.TargetHostName ?? "";
                    return _verifier.Verify(host, 443, certificate, chain, errors);
                },
            },
        };
        if (!_options.Proxies.IsEmpty)
            _verifier.Prepare();
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static KraitException Refused(SafeUrl url, string reason) =>
        new(new Diagnostic("redirect-refused", $"`{url}` could not be fetched: {reason}") { Source = url.ToString() });
}
