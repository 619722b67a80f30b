namespace Krait.Packaging.Versions;

/// <summary>The parts of a version, for those that do not fit in a packed key and for those whose parts were asked for.</summary>
internal sealed class VersionParts(
    ulong epoch,
    ulong[] release,
    Prerelease? pre,
    ulong? post,
    ulong? dev,
    string? local
)
{
    private int hash;

    public ulong Epoch => epoch;
    public ulong[] Release => release;
    public Prerelease? Pre => pre;
    public ulong? Post => post;
    public ulong? Dev => dev;
    public string? Local => local;

    /// <summary>A hash that versions equal under <see cref="Compare"/> share.</summary>
    public int Hash => hash != 0 ? hash : hash = ComputeHash();

    /// <summary>Compares two versions part by part, in the order of PEP 440.</summary>
    public static int Compare(VersionParts left, VersionParts right)
    {
        var order = left.Epoch.CompareTo(right.Epoch);
        if (order == 0)
            order = CompareReleases(left.Release, right.Release);
        if (order == 0)
            order = PreRank(left).CompareTo(PreRank(right));
        if (order == 0)
            order = ComparePosts(left.Post, right.Post);
        if (order == 0)
            order = (left.Dev ?? ulong.MaxValue).CompareTo(right.Dev ?? ulong.MaxValue);
        return order != 0 ? order : LocalLabel.Compare(left.Local, right.Local);
    }

    private int ComputeHash()
    {
        var mixed = new HashCode();
        mixed.Add(epoch);
        foreach (var segment in release.AsSpan().TrimEnd(0UL))
            mixed.Add(segment);
        mixed.Add(pre);
        mixed.Add(post);
        mixed.Add(dev);
        if (local is not null)
            mixed.Add(local, StringComparer.Ordinal);
        return mixed.ToHashCode();
    }

    /// <summary>No post-release comes before the first.</summary>
    private static int ComparePosts(ulong? left, ulong? right) =>
        left is { } l && right is { } r ? l.CompareTo(r) : (left is null ? 0 : 1) - (right is null ? 0 : 1);

    /// <summary>1.0 and 1.0.0 are the same release.</summary>
    private static int CompareReleases(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
        {
            if (left[i] != right[i])
                return left[i].CompareTo(right[i]);
        }

        if (left[shared..].ContainsAnyExcept(0UL))
            return 1;
        return right[shared..].ContainsAnyExcept(0UL) ? -1 : 0;
    }

    /// <summary>A development release alone comes before every pre-release, and a final release after them.</summary>
    private static (int Kind, ulong Number) PreRank(VersionParts parts)
    {
        if (parts.Pre is { } pre)
            return ((int)pre.Kind, pre.Number);
        return parts is { Post: null, Dev: not null } ? (-1, 0UL) : (int.MaxValue, 0UL);
    }
}
