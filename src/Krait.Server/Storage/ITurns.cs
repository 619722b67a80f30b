namespace Krait.Server.Storage;

/// <summary>
/// Who does work that several servers would otherwise do at the same time. Within one server, nobody asks twice for the same work.
/// </summary>
internal interface ITurns
{
    /// <summary>Waits for the turn to do some work.</summary>
    /// <param name="work">What tells the work apart.</param>
    /// <param name="isDone">Whether somebody else has done it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The turn, to be disposed when the work is done; null where it is done already.</returns>
    /// <exception cref="Krait.Packaging.Text.KraitException">Nobody can tell whose turn it is.</exception>
    public ValueTask<IAsyncDisposable?> TakeAsync(
        string work,
        Func<CancellationToken, ValueTask<bool>> isDone,
        CancellationToken cancellationToken
    );
}
