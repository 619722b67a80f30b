using System.Collections.Concurrent;

namespace Krait.Index.Http;

/// <summary>
/// How many requests go to one origin at a time over HTTP/1.1. The framework would keep further ones in a queue of its own, where the
/// time that a server may stay silent runs although nobody has asked it anything yet. Where HTTP/2 is spoken, all may go.
/// </summary>
internal sealed class OriginGate(int width)
{
    private readonly ConcurrentDictionary<(string Host, int Port), Slots> origins = new();

    /// <summary>Waits for a turn; to be disposed when the answer has been read.</summary>
    public async ValueTask<IDisposable> EnterAsync(SafeUrl url, CancellationToken cancellationToken)
    {
        var slots = SlotsOf(url.Host, url.Uri.Port);
        if (!slots.IsOpen)
            await slots.Free.WaitAsync(cancellationToken);
        return new Turn(slots);
    }

    /// <summary>Lets everybody through: the origin has agreed to HTTP/2.</summary>
    public void Open(string host, int port)
    {
        var slots = SlotsOf(host, port);
        if (slots.IsOpen)
            return;
        slots.IsOpen = true;
        slots.Free.Release(int.MaxValue / 4);
    }

    private Slots SlotsOf(string host, int port) =>
        origins.GetOrAdd((host, port), static (_, n) => new Slots(n), width);

    private sealed class Slots(int width)
    {
        private volatile bool isOpen;

        public SemaphoreSlim Free { get; } = new(width);

        public bool IsOpen
        {
            get => isOpen;
            set => isOpen = value;
        }
    }

    private sealed class Turn(Slots slots) : IDisposable
    {
        private Slots? held = slots;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref held, null) is { IsOpen: false } taken)
                taken.Free.Release();
        }
    }
}
