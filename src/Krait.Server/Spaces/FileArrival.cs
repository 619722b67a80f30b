using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>What a transfer has to know beyond what it fetches.</summary>
/// <param name="Work">What tells the work apart for all servers that share a store.</param>
/// <param name="FindStoredAsync">Opens the file where another server has just stored it; null where none has.</param>
/// <param name="KeepAsync">Told the blob when the file is whole, right and stored, before anyone sees its end.</param>
internal sealed record FileArrival(
    string Work,
    Func<CancellationToken, ValueTask<OpenBlob?>> FindStoredAsync,
    Func<BlobId, Task> KeepAsync
);
