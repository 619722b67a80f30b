namespace Krait.Server.Storage;

/// <summary>What a server keeps, and how it agrees with others that keep the same.</summary>
/// <param name="Folder">Its own directory.</param>
/// <param name="Blobs">Contents.</param>
/// <param name="Turns">Whose turn it is to do what is to be done once.</param>
internal sealed record StoreParts(StoreFolder Folder, IBlobStore Blobs, ITurns Turns)
{
    /// <summary>The work under way that may write.</summary>
    public PendingWork Work => Folder.Work;
}
