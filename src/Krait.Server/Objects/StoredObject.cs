using Krait.Server.Storage;

namespace Krait.Server.Objects;

/// <summary>A blob in the storage.</summary>
/// <param name="Id">Its digest.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Stored">When it was last stored.</param>
internal readonly record struct StoredObject(BlobId Id, long Size, DateTimeOffset Stored);
