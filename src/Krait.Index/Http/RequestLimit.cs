namespace Krait.Index.Http;

/// <summary>
/// The time that a request may take. A connection that was made for it may be there only after another has served it: what such a
/// connection says of the time then counts for nothing.
/// </summary>
internal sealed class RequestLimit : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource source;
    private bool isOver;

    /// <summary>Begins to count.</summary>
    /// <param name="time">The time from now.</param>
    /// <param name="cancellationToken">What ends the request before.</param>
    public RequestLimit(TimeSpan time, CancellationToken cancellationToken)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(time);
    }

    /// <summary>Ends the request when its time is over, or when it is cancelled.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Counts a new time from now, unless the request is done.</summary>
    public void Restart(TimeSpan time)
    {
        lock (gate)
        {
            if (!isOver)
                source.CancelAfter(time);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            isOver = true;
        source.Dispose();
    }
}
