namespace Krait.Server.Storage;

/// <summary>The turns of a server that shares its work with nobody.</summary>
internal sealed class LoneTurns : ITurns
{
    private static readonly Turn Own = new();

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable?> TakeAsync(
        string work,
        Func<CancellationToken, ValueTask<bool>> isDone,
        CancellationToken cancellationToken
    ) => await isDone(cancellationToken) ? null : Own;

    private sealed class Turn : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
