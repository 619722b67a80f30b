using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Krait.Index.Http;

/// <summary>
/// Makes connections: looks the name up once, tries the addresses of both families nearly at once (RFC 8305), and does the TLS handshake
/// itself, so that a connection can be made before the first request and that a refusal has a reason.
/// </summary>
internal sealed class Connector(HttpOptions options, ServerVerifier verifier, OriginGate gate, NetworkCounters counters)
{
    /// <summary>What bounds the time of the request that a connection is made for: once it is there, only the answer is waited for.</summary>
    public static readonly HttpRequestOptionsKey<RequestLimit> Limit = new("limit");

    /// <summary>The head start of an address before the next is tried beside it.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A hundred requests fail with one look-up, not one after the other: each may take five seconds. Whoever tries again has paused for longer.
    /// </summary>
    private static readonly TimeSpan RememberedAsUnknown = TimeSpan.FromMilliseconds(100);

    private const int MostUnknown = 100;

    private readonly ConcurrentDictionary<(string Host, int Port), Task<Stream?>> ready = new();
    private readonly ConcurrentDictionary<string, (long At, SocketException Failure)> unknown = new(
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Announces a connection, so that the first request to that origin waits for it; answers how to make it.</summary>
    /// <returns>Null when there is nothing to do. The task never fails.</returns>
    public Func<Task>? Announce(SafeUrl url)
    {
        if (options.Proxies.GetProxy(url.Uri) is not null)
            return null;
        var promise = new TaskCompletionSource<Stream?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return ready.TryAdd((url.Host, url.Uri.Port), promise.Task)
            ? async () => promise.SetResult(await PrepareAsync(url))
            : null;
    }

    /// <summary>The handler's callback for a new connection.</summary>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var endPoint = context.DnsEndPoint;
        var request = context.InitialRequestMessage;
        // To a proxy the handler itself speaks TLS, after its own `CONNECT`.
        var isDirect = request.RequestUri is { } uri && options.Proxies.GetProxy(uri) is null;
        var isTls = isDirect && request.RequestUri?.Scheme is "https";
        var proxy = isDirect && request.Method != HttpMethod.Connect ? null : options.Proxies.At(endPoint);
        try
        {
            var stream = await TakeReadyAsync(endPoint, cancellationToken);
            stream ??= await ConnectAsync(endPoint, isTls, request.Version.Major > 1, cancellationToken);
            // From here on the time counts in which the server may stay silent.
            if (request.Options.TryGetValue(Limit, out var limit))
                limit.Restart(options.IdleTimeout);
            return stream;
        }
        catch (ConnectException e) when (proxy is not null)
        {
            throw new ConnectException(
                HttpRequestError.ProxyTunnelError,
                $"no connection to the proxy `{endPoint.Host}:{endPoint.Port}` from `{proxy.Source}`: {e.Reason}",
                e
            );
        }
    }

    private async Task<Stream?> TakeReadyAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) =>
        ready.TryRemove((endPoint.Host, endPoint.Port), out var prepared)
            ? await prepared.WaitAsync(cancellationToken)
            : null;

    private async Task<Stream?> PrepareAsync(SafeUrl url)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var endPoint = new DnsEndPoint(url.Host, url.Uri.Port);
        try
        {
            return await ConnectAsync(endPoint, url.IsHttps, options.AllowsHttp2, limit.Token);
        }
#pragma warning disable CA1031 // whatever it is, the first request meets the same trouble, and says so
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private async Task<Stream> ConnectAsync(
        DnsEndPoint endPoint,
        bool isTls,
        bool allowsHttp2,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectLimit);
        try
        {
            var socket = await ConnectSocketAsync(endPoint, limit.Token);
            counters.CountConnection();
            var stream = new NetworkStream(socket, ownsSocket: true);
            return isTls ? await EncryptAsync(stream, endPoint, allowsHttp2, limit.Token) : stream;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectException(
                HttpRequestError.ConnectionError,
                $"no connection to `{endPoint.Host}:{endPoint.Port}`",
                $"it did not answer within {options.ConnectLimit.TotalSeconds:0.#} s",
                e
            )
            {
                IsTimeout = true,
            };
        }
    }

    private async Task<Stream> EncryptAsync(
        NetworkStream stream,
        DnsEndPoint endPoint,
        bool allowsHttp2,
        CancellationToken cancellationToken
    )
    {
        verifier.Prepare();
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            var settings = verifier.OptionsFor(endPoint.Host, endPoint.Port, allowsHttp2);
            await encrypted.AuthenticateAsClientAsync(settings, cancellationToken);
            counters.CountHandshake();
            if (encrypted.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
                gate.Open(endPoint.Host, endPoint.Port);
            return encrypted;
        }
        catch (AuthenticationException e)
        {
            await encrypted.DisposeAsync();
            throw new ConnectException(
                HttpRequestError.SecureConnectionError,
                verifier.ReasonFor(endPoint.Host) ?? "the TLS handshake failed",
                e
            );
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }

    private async Task<Socket> ConnectSocketAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var addresses = Reachable(endPoint, await LookUpAsync(endPoint.Host, cancellationToken));
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket>>();
        Exception? failure = null;
        for (var next = 0; next < addresses.Count || attempts.Count > 0; )
        {
            if (next < addresses.Count)
                attempts.Add(ConnectSocketAsync(addresses[next++], endPoint.Port, race.Token));
            var headStart = next < addresses.Count ? Task.Delay(HeadStart, race.Token) : Task.Delay(-1, race.Token);
            var winner = await FirstAsync(attempts, headStart, e => failure = e);
            if (winner is null)
                continue;
            await race.CancelAsync();
            _ = DiscardAsync(attempts);
            return winner;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new ConnectException(
            HttpRequestError.ConnectionError,
            $"no connection to `{endPoint.Host}:{endPoint.Port}`",
            Reason(failure),
            failure
        );
    }

    /// <summary>Waits for the first success, for a failure that lets the next address start, or for the head start to end.</summary>
    private static async Task<Socket?> FirstAsync(List<Task<Socket>> attempts, Task headStart, Action<Exception> failed)
    {
        var done = await Task.WhenAny(attempts.Append(headStart));
        if (done is not Task<Socket> attempt)
            return null;
        attempts.Remove(attempt);
        try
        {
            return await attempt;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            failed(e);
            return null;
        }
    }

    private static async Task DiscardAsync(List<Task<Socket>> losers)
    {
        foreach (var loser in losers)
        {
            try
            {
                (await loser).Dispose();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // It lost the race.
            }
        }
    }

    private static async Task<Socket> ConnectSocketAsync(
        IPAddress address,
        int port,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The addresses of a host, the two families in turn, in the resolver's order of preference.</summary>
    private async Task<List<IPAddress>> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        IPAddress[] found;
        if (unknown.TryGetValue(host, out var last) && Stopwatch.GetElapsedTime(last.At) < RememberedAsUnknown)
            throw Unknown(host, last.Failure);
        try
        {
            counters.CountLookup();
            found = await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException e)
        {
            // A server runs for months, and pages name any host.
            if (unknown.Count >= MostUnknown)
                unknown.Clear();
            unknown[host] = (Stopwatch.GetTimestamp(), e);
            throw Unknown(host, e);
        }

        if (found.Length == 0)
        {
            throw new ConnectException(
                HttpRequestError.NameResolutionError,
                $"no connection to `{host}`",
                "the host name has no address",
                null
            );
        }

        var first = found.Where(a => a.AddressFamily == found[0].AddressFamily).ToList();
        var second = found.Where(a => a.AddressFamily != found[0].AddressFamily).ToList();
        var ordered = new List<IPAddress>(found.Length);
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            ordered.AddRange(first.Skip(i).Take(1));
            ordered.AddRange(second.Skip(i).Take(1));
        }

        return ordered;
    }

    private static ConnectException Unknown(string host, SocketException failure) =>
        new(HttpRequestError.NameResolutionError, $"no connection to `{host}`", "the host name was not found", failure);

    /// <summary>A server connects on behalf of others: not to what only its own network can see, unless that was configured.</summary>
    private List<IPAddress> Reachable(DnsEndPoint endPoint, List<IPAddress> addresses)
    {
        // The way through a proxy is the operator's choice.
        if (options.Reach is not { } reach || options.Proxies.At(endPoint) is not null)
            return addresses;
        addresses.RemoveAll(address => !reach.Permits(endPoint.Host, endPoint.Port, address));
        return addresses.Count > 0
            ? addresses
            : throw new ConnectException(
                HttpRequestError.ConnectionError,
                $"no connection to `{endPoint.Host}:{endPoint.Port}`",
                "it is in a private network, and not among the hosts that may be asked",
                null
            );
    }

    private static string Reason(Exception? failure) =>
        (failure as SocketException)?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "the connection was refused",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "its network cannot be reached",
            SocketError.TimedOut => "it did not answer",
            SocketError.TooManyOpenSockets => "this process has too many open files",
            { } other => $"the system reported `{other}`",
            null => "it has no usable address",
        };
}
