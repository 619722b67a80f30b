using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Krait.Index.Credentials;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;

namespace Krait.Index.Http;

/// <summary>Sends one request and follows its redirects. Knows nothing of repetitions, caches and bodies.</summary>
internal sealed class HttpSender : IDisposable
{
    private const int LongestRedirection = 10;

    private readonly HttpOptions options;
    private readonly CredentialStore credentials;
    private readonly NetworkCounters counters;
    private readonly ServerVerifier verifier;
    private readonly Keyring? keyring;
    private readonly Connector connector;
    private readonly OriginGate gate;
    private readonly Http2Trust http2;

    /// <summary>One for all direct connections, and one for each port behind proxies: there the framework does the handshake, and tells the host only.</summary>
    private readonly ConcurrentDictionary<int, Lazy<HttpMessageInvoker>> invokers = new();

    public HttpSender(HttpOptions options, CredentialStore credentials, NetworkCounters counters)
    {
        this.options = options;
        this.credentials = credentials;
        this.counters = counters;
        verifier = new ServerVerifier(
            options.Trust,
            new ExemptHosts(options.InsecureHosts),
            options.ClientCertificate is null ? null : new ClientIdentity(options.ClientCertificate)
        );
        keyring = options.Keyring is null ? null : new Keyring(options.Keyring, credentials);
        gate = new OriginGate(options.ConnectionsPerHost);
        connector = new Connector(options, verifier, gate, counters);
        http2 = new Http2Trust(options.AllowsHttp2);
    }

    /// <summary>Whether the certificate of a host is not verified because the user exempted it.</summary>
    public bool IsUnverified(SafeUrl url) => url.IsHttps && verifier.IsExempt(url.Host, url.Uri.Port);

    /// <summary>
    /// Loads what HTTP and TLS need and starts connections, on a thread of its own: never waits, never fails, never keeps the process.
    /// </summary>
    public void Warm(IReadOnlyList<SafeUrl> urls)
    {
        foreach (var url in urls)
            verifier.Identity?.ShowTo(url.Origin);
        var connections = urls.Select(connector.Announce).ToList();
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
                if (urls.Count > 0)
                    _ = InvokerFor(urls[0]);
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
    public void Downgrade(Origin origin) => http2.Lose(origin);

    /// <summary>Sends a request and reads the head of the final answer.</summary>
    /// <exception cref="HttpFailure">The network failed.</exception>
    /// <exception cref="KraitException">A redirect cannot be followed, or the settings are unusable.</exception>
    public async Task<HttpReply> SendAsync(HttpQuery query, CancellationToken cancellationToken)
    {
        var url = query.Url;
        var isUnverified = false;
        for (var hops = 0; ; hops++)
        {
            isUnverified |= IsUnverified(url);
            using var span = Tracer.Begin("send request", url, static url => url.ToString());
            var reply = await SendOrAskAsync(query, url, isUnverified, cancellationToken);
            var isRedirect = reply.Status is 301 or 302 or 303 or 307 or 308 && reply.Header("Location").Length > 0;
            // What is sent to one place is meant for no other.
            if (!isRedirect || query.Content is not null)
                return reply;
            using (reply)
            {
                if (hops == LongestRedirection)
                    throw Refused(query.Url, $"it was redirected more than {LongestRedirection} times");
                url = Follow(url, reply.Header("Location"));
                counters.CountRedirect();
            }
        }
    }

    public void Dispose()
    {
        foreach (var invoker in invokers.Values.Where(invoker => invoker.IsValueCreated))
            invoker.Value.Dispose();
    }

    private SafeUrl Follow(SafeUrl from, string location)
    {
        if (!from.TryResolve(location, out var to, out var error))
            throw Refused(from, $"it was redirected wrongly: {error.Message}");
        if (to.IsFile)
            throw Refused(from, "it was redirected to a local file");
        if (from.IsHttps && !to.IsHttps)
            throw Refused(from, $"it was redirected from a secure to an insecure connection, `{to}`");
        if (to.Credential is { } stated)
            credentials.AddStated(to, stated);
        // What was written for one origin stays with it, and goes to no other.
        return to.Credential is null && to.Origin == from.Origin ? to.With(from.Credential) : to;
    }

    /// <summary>Sends a request; where it is refused for want of a credential, the keyring is asked and it is sent once more.</summary>
    private async Task<HttpReply> SendOrAskAsync(
        HttpQuery query,
        SafeUrl url,
        bool isUnverified,
        CancellationToken cancellationToken
    )
    {
        var policy = credentials.PolicyOf(url, query.LinkedFrom);
        var sent = policy is AuthenticationPolicy.Never ? null : CredentialFor(query, url);
        if (policy is AuthenticationPolicy.Always && sent is not { Password.Length: > 0 })
        {
            if (keyring is null || !await keyring.FindAsync(url, query.LinkedFrom, cancellationToken))
                throw WithoutCredentials(url);
            sent = CredentialFor(query, url);
        }

        var reply = await SendOnceAsync(query, url, sent, isUnverified, cancellationToken);
        // A password that the user gave is not replaced behind their back.
        if (
            reply.Status != 401
            || keyring is null
            || sent is { Password.Length: > 0 }
            || policy is AuthenticationPolicy.Never
        )
        {
            return reply;
        }

        if (!await keyring.FindAsync(url, query.LinkedFrom, cancellationToken))
            return reply;
        reply.Dispose();
        return await SendOnceAsync(query, url, CredentialFor(query, url), isUnverified, cancellationToken);
    }

    /// <summary>The credential in the address, unless it is a name alone and its password is known.</summary>
    private Credential? CredentialFor(HttpQuery query, SafeUrl url)
    {
        if (url.Credential is { Password.Length: > 0 } given)
            return given;
        var known = credentials.Find(url, query.LinkedFrom);
        return known is { Password.Length: > 0 } ? known : url.Credential ?? known;
    }

    private async Task<HttpReply> SendOnceAsync(
        HttpQuery query,
        SafeUrl url,
        Credential? credential,
        bool isUnverified,
        CancellationToken cancellationToken
    )
    {
        options.Proxies.Check(url.Uri);
        using var request = MakeRequest(query, url, credential);
        // Who we are is shown to those whom the user named, and to files that an index keeps on its own origin.
        if (query.LinkedFrom is null ? url.Origin == query.Url.Origin : url.Origin == query.LinkedFrom.Origin)
            verifier.Identity?.ShowTo(url.Origin);
        var turn = await gate.EnterAsync(url, cancellationToken);
        var isTaken = false;
        using var limit = new RequestLimit(options.ConnectLimit + options.IdleTimeout, cancellationToken);
        request.Options.Set(Connector.Limit, limit);
        try
        {
            counters.CountRequest();
            var started = Stopwatch.GetTimestamp();
            var response = await InvokerFor(url).SendAsync(request, limit.Token);
            var reply = new HttpReply(response, url, turn) { IsUnverified = isUnverified };
            Tell(request, url, reply, started);
            isTaken = true;
            if (reply.IsHttp2)
                Prove(url);
            if (!reply.HasAmbiguousLength)
                return reply;
            reply.Dispose();
            throw new HttpFailure(HttpFailureKind.Network, "the response has more than one length, or an invalid one");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpFailure(
                HttpFailureKind.Timeout,
                $"`{url.Host}` did not answer within {options.IdleTimeout.TotalSeconds:0.#} s",
                e
            );
        }
        catch (HttpRequestException e)
        {
            throw Translate(e, url, askedOver: request.Version);
        }
        finally
        {
            if (!isTaken)
                turn.Dispose();
        }
    }

    private void Tell(HttpRequestMessage request, SafeUrl url, HttpReply reply, long started)
    {
        if (options.Watch is not { } watch)
            return;
        var time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var part = request.Headers.Range is { } range ? $" ({range})" : "";
        watch(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{request.Method} {url}{part}: {reply.Status} after {time:0} ms over HTTP/{(reply.IsHttp2 ? "2" : "1.1")}"
            )
        );
    }

    private void Prove(SafeUrl url)
    {
        http2.Prove(url.Origin);
        gate.Open(url.Host, url.Uri.Port);
    }

    private Exception Translate(HttpRequestException exception, SafeUrl url, System.Version askedOver)
    {
        if (HttpFailure.Find<KraitException>(exception) is { } known)
            return new KraitException(known.Diagnostic, exception) { Kind = known.Kind };
        // Through a proxy the handler does the handshake, and knows no reason.
        var reason =
            exception.HttpRequestError is HttpRequestError.SecureConnectionError ? verifier.ReasonFor(url.Host) : null;
        var told = reason is null
            ? exception
            : new ConnectException(HttpRequestError.SecureConnectionError, reason, exception.InnerException);
        if (HttpFailure.From(told, url.Host) is not { } failure)
            return exception;
        failure.Origin = url.Origin;
        // Over HTTP/1.1 there is no other way of asking: what broke needs time.
        failure.IsProtocol = askedOver.Major >= 2 && (failure.IsProtocol || http2.MayExplain(told, url));
        return failure;
    }

    private HttpRequestMessage MakeRequest(HttpQuery query, SafeUrl url, Credential? credential)
    {
        // Everything is made again for each hop: nothing that was meant for one origin can reach the next.
        var method =
            query.Content is not null ? HttpMethod.Post
            : query.IsHead ? HttpMethod.Head
            : HttpMethod.Get;
        var request = new HttpRequestMessage(method, url.Uri)
        {
            Version = http2.Has(url.Origin) ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        foreach (var (name, value) in query.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (query.Content is var (mediaType, body))
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        if (credential is not null)
            request.Headers.Authorization = credential.ToHeader();
        return request;
    }

    private HttpMessageInvoker InvokerFor(SafeUrl url)
    {
        var port = url.IsHttps && options.Proxies.For(url.Uri) is not null ? url.Uri.Port : 0;
        return invokers.GetOrAdd(port, p => new Lazy<HttpMessageInvoker>(() => MakeInvoker(p))).Value;
    }

    private HttpMessageInvoker MakeInvoker(int port)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = !options.Proxies.IsEmpty,
            Proxy = options.Proxies.IsEmpty ? null : options.Proxies,
            PreAuthenticate = false,
            MaxConnectionsPerServer = options.ConnectionsPerHost,
            // Another one is opened only where the server takes no more requests over those that there are.
            EnableMultipleHttp2Connections = true,
            // The default of 64 KB makes a large page wait for several round trips. What a server may send ahead lies in memory until it is
            // read, so that much more costs tens of megabytes where files come faster than they are unpacked.
            InitialHttp2StreamWindowSize = 1024 * 1024,
            ActivityHeadersPropagator = null,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectCallback = connector.ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = ServerVerifier.FirstPolicy(),
                LocalCertificateSelectionCallback = verifier.Identity is { } identity
                    ? (_, host, _, _, _) => identity.For(host, port)!
                    : null,
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                {
                    var host = (sender as SslStream)?.TargetHostName ?? "";
                    return verifier.Verify(host, port, certificate, chain, errors);
                },
            },
        };
        if (!options.Proxies.IsEmpty)
            verifier.Prepare();
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static KraitException WithoutCredentials(SafeUrl url) =>
        new(
            new Diagnostic("credentials-missing", $"no credentials found for `{url}`")
            {
                Source = url.ToString(),
                Notes = ["the index is configured with `authenticate = \"always\"`"],
                Hints = ["Add a user name and password to the URL of the index, or to netrc"],
            }
        );

    private static KraitException Refused(SafeUrl url, string reason) =>
        new(new Diagnostic("redirect-refused", $"could not fetch `{url}`: {reason}") { Source = url.ToString() });
}
