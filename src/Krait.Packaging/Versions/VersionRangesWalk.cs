namespace Krait.Packaging.Versions;

/// <summary>Walks the places of two sets in order, knowing at each step in which of them the versions that follow are.</summary>
internal ref struct VersionRangesWalk(VersionRanges left, VersionRanges right, bool flipRight)
{
    private readonly ReadOnlySpan<VersionCut> _left = left.Cuts;
    private readonly ReadOnlySpan<VersionCut> _right = right.Cuts;
    private int _leftIndex;
    private int _rightIndex;

    public bool IsInLeft { get; private set; } = left.StartsInside;

    public bool IsInRight { get; private set; } = right.StartsInside ^ flipRight;

    public bool TryMoveNext(out VersionCut cut)
    {
        cut = default;
        if (_leftIndex == _left.Length && _rightIndex == _right.Length)
            return false;
        var order =
            _leftIndex == _left.Length ? 1
            : _rightIndex == _right.Length ? -1
            : _left[_leftIndex].CompareTo(_right[_rightIndex]);
        if (order <= 0)
        {
            cut = _left[_leftIndex++];
            IsInLeft = !IsInLeft;
        }
        if (order >= 0)
        {
            cut = _right[_rightIndex++];
            IsInRight = !IsInRight;
        }
        return true;
    }
}
