namespace Krait.Packaging.Versions;

/// <summary>A version while it is being read: the release grows in a buffer of the caller's stack.</summary>
internal ref struct VersionDraft(Span<ulong> buffer)
{
    private Span<ulong> segments = buffer;
    private int count;

    public ulong Epoch { get; set; }
    public Prerelease? Pre { get; set; }
    public ulong? Post { get; set; }
    public ulong? Dev { get; set; }

    /// <summary>The label after `+` as written; empty for none.</summary>
    public ReadOnlySpan<char> Local { get; set; }

    public readonly ReadOnlySpan<ulong> Release => segments[..count];

    /// <summary>What is wrong, when reading failed.</summary>
    public string? Problem { get; set; }

    public void AddSegment(ulong segment)
    {
        if (count == segments.Length)
        {
            var larger = new ulong[Math.Max(8, count * 2)];
            segments.CopyTo(larger);
            segments = larger;
        }

        segments[count++] = segment;
    }
}
