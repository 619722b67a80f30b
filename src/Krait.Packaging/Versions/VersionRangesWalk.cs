namespace Krait.Packaging.Versions;

/// <summary>Walks the places of two sets in order, knowing at each step in which of them the versions that follow are.</summary>
internal ref struct VersionRangesWalk(VersionRanges left, VersionRanges right, bool flipRight)
{
    private readonly ReadOnlySpan<VersionCut> left = left.Cuts;
    private readonly ReadOnlySpan<VersionCut> right = right.Cuts;
    private int leftIndex;
    private int rightIndex;

    public bool IsInLeft { get; private set; } = left.StartsInside;

    public bool IsInRight { get; private set; } = right.StartsInside ^ flipRight;

    public bool TryMoveNext(out VersionCut cut)
    {
        cut = default;
        if (leftIndex == left.Length && rightIndex == right.Length)
            return false;
        var order =
            leftIndex == left.Length ? 1
            : rightIndex == right.Length ? -1
            : left[leftIndex].CompareTo(right[rightIndex]);
        if (order <= 0)
        {
            cut = left[leftIndex++];
            IsInLeft = !IsInLeft;
        }

        if (order >= 0)
        {
            cut = right[rightIndex++];
            IsInRight = !IsInRight;
        }

        return true;
    }
}
