namespace Krait.Server.Resolving;

/// <summary>Remembered answers that several servers share.</summary>
internal interface IMemoStore
{
    /// <summary>Reads a remembered answer; null where there is none, or none can be read now.</summary>
    public ValueTask<Memo?> TryReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Remembers an answer, if that is possible now.</summary>
    public ValueTask WriteAsync(string key, Memo memo, CancellationToken cancellationToken);
}
