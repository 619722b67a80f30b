using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Where the bytes of a file are.</summary>
internal abstract record FileContent
{
    private FileContent() { }

    /// <summary>In the store.</summary>
    internal sealed record Held(OpenBlob Blob) : FileContent;

    /// <summary>On their way from the upstream.</summary>
    internal sealed record Arriving(FileTransfer Transfer) : FileContent;
}
