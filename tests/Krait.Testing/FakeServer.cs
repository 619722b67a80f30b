using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Krait.Testing;

/// <summary>A small HTTP/1.1 server in this process that logs every request and does what a test wants, wrong things included.</summary>
public class FakeServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource source = new();
    private readonly CancellationToken stopped;
    private readonly ConcurrentQueue<FakeRequest> log = new();
    private readonly ConcurrentDictionary<string, Func<FakeRequest, FakeReply?>> scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> held = new(StringComparer.Ordinal);
    private readonly SslStreamCertificateContext? certificate;
    private readonly ConcurrentQueue<string> shown = new();
    private int connections;
    private int atOnce;
    private int mostAtOnce;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="certificate">The certificate with its key, for TLS.</param>
    /// <param name="intermediates">Certificates that are sent along.</param>
    public FakeServer(X509Certificate2? certificate = null, X509Certificate2Collection? intermediates = null)
    {
        stopped = source.Token;
        if (certificate is not null)
            this.certificate = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        listener.Start(512);
        _ = AcceptAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The host name in its URLs.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Its address without a final slash.</summary>
    public string Address => $"{(certificate is null ? "http" : "https")}://{Host}:{Port}";

    /// <summary>Every request so far.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. log];

    /// <summary>The paths of every request so far.</summary>
    public IReadOnlyList<string> Paths => [.. log.Select(r => r.Path)];

    /// <summary>How many connections were accepted.</summary>
    public int Connections => connections;

    /// <summary>The most requests that were under way at one time.</summary>
    public int MostAtOnce => mostAtOnce;

    /// <summary>Offers HTTP/2, answers it with these bytes, and hangs up.</summary>
    public byte[]? BrokenHttp2 { get; set; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    public bool AsksForCertificate { get; set; }

    /// <summary>Whether a client that is asked may have none.</summary>
    public bool AcceptsNoCertificate { get; set; }

    /// <summary>The subjects of the certificates that clients have shown.</summary>
    public IReadOnlyList<string> ShownCertificates => [.. shown];

    /// <summary>The pause before every answer.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Forgets the requests so far.</summary>
    public void ClearLog() => log.Clear();

    /// <summary>Decides the answers for one path; null falls through to the usual one.</summary>
    public void On(string path, Func<FakeRequest, FakeReply?> script) => scripts[path] = script;

    /// <summary>Holds the answers about a path back until a task is complete.</summary>
    public void Hold(string path, Task until) => held[path] = until;

    /// <summary>Gives a path these answers in turn, then the usual one.</summary>
    public void Then(string path, params FakeReply[] replies)
    {
        var queue = new ConcurrentQueue<FakeReply>(replies);
        On(path, _ => queue.TryDequeue(out var reply) ? reply : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the server.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || stopped.IsCancellationRequested)
            return;
        source.Cancel();
        source.Dispose();
        listener.Dispose();
    }

    /// <summary>The usual answer, where no script decides.</summary>
    protected virtual FakeReply Answer(FakeRequest request) => new(404, "not found");

    private async Task AcceptAsync()
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stopped);
                _ = ServeAsync(client, Interlocked.Increment(ref connections));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            Stream stream = client.GetStream();
            if (this.certificate is not null)
            {
                var encrypted = new SslStream(stream);
                var options = new SslServerAuthenticationOptions { ServerCertificateContext = this.certificate };
                if (AsksForCertificate)
                {
                    options.ClientCertificateRequired = true;
                    options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        if (certificate is not null)
                            shown.Enqueue(certificate.Subject);
                        return certificate is not null || AcceptsNoCertificate;
                    };
                }

                if (BrokenHttp2 is not null)
                    options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
                await encrypted.AuthenticateAsServerAsync(options, stopped);
                if (encrypted.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
                {
                    await encrypted.WriteAsync(BrokenHttp2, stopped);
                    return;
                }

                stream = encrypted;
            }

            await using (stream)
            {
                while (await ReadRequestAsync(stream, connection) is { } request)
                {
                    if (!await HandleAsync(stream, request))
                        return;
                }
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // The client went away, as some tests want.
        }
    }

    private async Task<bool> HandleAsync(Stream stream, FakeRequest request)
    {
        log.Enqueue(request);
        var now = Interlocked.Increment(ref atOnce);
        InterlockedMax(ref mostAtOnce, now);
        try
        {
            var reply = scripts.TryGetValue(request.Path, out var script) ? script(request) : null;
            reply ??= Answer(request);
            if (held.TryGetValue(request.Path, out var until))
                await until.WaitAsync(stopped);
            await Task.Delay(Latency + reply.Delay, stopped);
            return await WriteAsync(stream, request, reply);
        }
        finally
        {
            Interlocked.Decrement(ref atOnce);
        }
    }

    private async Task<bool> WriteAsync(Stream stream, FakeRequest request, FakeReply reply)
    {
        if (reply.Raw is { } raw)
        {
            await stream.WriteAsync(raw, stopped);
            return false;
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(Head(reply)), stopped);
        if (request.Method is not "HEAD" && reply.Status is not (204 or 304))
            await WriteBodyAsync(stream, reply);
        await stream.FlushAsync(stopped);
        return !reply.IsCloseDelimited && reply.CutAt is null;
    }

    private static string Head(FakeReply reply)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Status\r\n");
        foreach (var (name, value) in reply.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        var length = reply.ToldLength ?? $"{reply.Body.Length}";
        if (reply.IsChunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (reply.IsCloseDelimited)
            head.Append("Connection: close\r\n");
        else if (reply.Status is not (204 or 304))
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        return head.Append("\r\n").ToString();
    }

    private async Task WriteBodyAsync(Stream stream, FakeReply reply)
    {
        var body = reply.CutAt is { } cut ? reply.Body.AsMemory(0, cut) : reply.Body;
        if (reply.DelayPerByte > TimeSpan.Zero)
        {
            for (var i = 0; i < body.Length; i++)
            {
                await stream.WriteAsync(body.Slice(i, 1), stopped);
                await Task.Delay(reply.DelayPerByte, stopped);
            }

            return;
        }

        if (reply.IsChunked && body.Length > 0)
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), stopped);
        await stream.WriteAsync(body, stopped);
        if (reply.IsChunked && reply.CutAt is null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(body.Length > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n"), stopped);
        }
    }

    private async Task<FakeRequest?> ReadRequestAsync(Stream stream, int connection)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        // A byte at a time: heads are small here.
        while (head.Length < 4 || head[^1] != '\n' || head[^3] != '\n')
        {
            if (await stream.ReadAsync(buffer, stopped) == 0)
                return null;
            head.Append((char)buffer[0]);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = headers.TryGetValue("Content-Length", out var length)
            ? new byte[int.Parse(length, CultureInfo.InvariantCulture)]
            : [];
        await stream.ReadExactlyAsync(body, stopped);
        return new FakeRequest(words[0], words[1], headers, connection) { Body = body };
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
