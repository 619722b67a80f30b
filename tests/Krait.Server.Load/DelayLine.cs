using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Krait.Server.Load;

/// <summary>
/// A long way to a server: bytes arrive half a round trip later, in each direction, and a new connection first costs a round trip.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private readonly TimeSpan roundTrip;

    /// <summary>Starts to listen.</summary>
    /// <param name="target">The port of the server.</param>
    /// <param name="roundTrip">How long a byte takes there and back.</param>
    public DelayLine(int target, TimeSpan roundTrip)
    {
        this.target = target;
        this.roundTrip = roundTrip;
        listener.Start(512);
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token), stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
                (client.NoDelay, server.NoDelay) = (true, true);
                var accepted = Stopwatch.GetTimestamp() + Ticks(roundTrip);
                await Task.WhenAll(
                    CarryAsync(client, server, accepted, cancellationToken),
                    CarryAsync(server, client, earliest: 0, cancellationToken)
                );
            }
            catch (Exception e)
                when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two has hung up.
            }
        }
    }

    private async Task CarryAsync(TcpClient from, TcpClient to, long earliest, CancellationToken cancellationToken)
    {
        var under = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        var writing = WriteAsync(to, under.Reader, cancellationToken);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                var due = Math.Max(Stopwatch.GetTimestamp(), earliest) + Ticks(roundTrip / 2);
                under.Writer.TryWrite((due, buffer[..read]));
            }
        }
        finally
        {
            under.Writer.Complete();
        }

        await writing;
        to.Client.Shutdown(SocketShutdown.Send);
    }

    private static async Task WriteAsync(
        TcpClient to,
        ChannelReader<(long Due, byte[] Bytes)> under,
        CancellationToken cancellationToken
    )
    {
        await foreach (var (due, bytes) in under.ReadAllAsync(cancellationToken))
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, cancellationToken);
            await to.GetStream().WriteAsync(bytes, cancellationToken);
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
