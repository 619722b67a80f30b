using Krait.Server.Storage;

namespace Krait.Server.Upkeep;

/// <summary>Removes blobs that nothing refers to: pages of yesterday, and files whose upload was refused at the end.</summary>
internal static class GarbageCollection
{
    /// <summary>Removes what is not referred to and older than an age.</summary>
    /// <returns>How many blobs and bytes went.</returns>
    public static (int Blobs, long Bytes) Run(
        BlobStore blobs,
        IEnumerable<ProjectStore> spaces,
        DateTimeOffset olderThan,
        CancellationToken cancellationToken
    )
    {
        var used = new HashSet<BlobId>();
        foreach (var space in spaces)
        {
            foreach (var project in space.List())
            {
                // A reference that cannot be read makes everything it might mean precious: reading it mends it, or throws.
                if (space.ReadReference(project) is { } state)
                    Mark(state, used);
            }
        }

        var (count, bytes) = (0, 0L);
        var limit = olderThan.ToUnixTimeMilliseconds() * 1_000_000;
        foreach (var (id, status) in blobs.List().ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (used.Contains(id) || status.Modified > limit)
                continue;
            blobs.Remove(id);
            (count, bytes) = (count + 1, bytes + status.Size);
        }

        return (count, bytes);
    }

    private static void Mark(ProjectState state, HashSet<BlobId> used)
    {
        if (state.Document is { } document)
            used.Add(document);
        foreach (var fact in state.Files.Values)
        {
            if (fact.Metadata is { } metadata)
                used.Add(metadata);
            // A removed file stays removed; its bytes may go.
            if (fact is { IsHeld: true, Removed: null, Sha256: { } content })
                used.Add(content);
        }
    }
}
