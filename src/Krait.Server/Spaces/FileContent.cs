using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Where the bytes of a file are.</summary>
public abstract record FileContent : IDisposable
{
    private FileContent() { }

    /// <summary>In the store.</summary>
    public sealed record Held(OpenBlob Blob) : FileContent;

    /// <summary>On their way from the upstream.</summary>
    public sealed record Arriving(FileTransfer Transfer) : FileContent;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (this is Held held)
            held.Blob.Dispose();
        GC.SuppressFinalize(this);
    }
}
