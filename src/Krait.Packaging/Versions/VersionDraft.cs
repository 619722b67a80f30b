namespace Krait.Packaging.Versions;

/// <summary>A version while it is being read: the release grows in a buffer of the caller's stack.</summary>
internal ref struct VersionDraft(Span<ulong> buffer)
{
    private Span<ulong> _segments = buffer;
    private int _count;

    public ulong Epoch { get; set; }
    public Prerelease? Pre { get; set; }
    public ulong? Post { get; set; }
    public ulong? Dev { get; set; }

    /// <summary>The label after `+` as written; empty for none.</summary>
    public ReadOnlySpan<char> Local { get; set; }

    public readonly ReadOnlySpan<ulong> Release => _segments[.._count];

    /// <summary>What is wrong, when reading failed.</summary>
    public string? Problem { get; set; }

    public void AddSegment(ulong segment)
    {
        if (_count == _segments.Length)
        {
            var larger = new ulong[Math.Max(8, _count * 2)];
            _segments.CopyTo(larger);
            _segments = larger;
        }
        _segments[_count++] = segment;
    }
}
