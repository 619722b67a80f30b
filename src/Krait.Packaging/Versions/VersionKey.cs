namespace Krait.Packaging.Versions;

/// <summary>
/// The packed key of a version: 64 bits whose numeric order never contradicts the order of the versions. From the top:
/// release segments of 15, 11, 11 and 9 bits, 3 bits of suffix kind, 12 of its number, 2 for what follows a numbered suffix and
/// one for a local label. A field that cannot hold its value is all ones, and everything below it is zero: such a key is
/// inexact, and versions that share it are compared part by part. Exact keys are equal only for equal versions.
/// </summary>
internal static class VersionKey
{
    private const int Segment0Shift = 49;
    private const int Segment1Shift = 38;
    private const int Segment2Shift = 27;
    private const int Segment3Shift = 18;
    private const int KindShift = 15;
    private const int NumberShift = 3;
    private const int SequelShift = 1;
    private const ulong Segment0Limit = (1 << 15) - 1;
    private const ulong Segment1Limit = (1 << 11) - 1;
    private const ulong Segment3Limit = (1 << 9) - 1;
    private const ulong NumberLimit = (1 << 12) - 1;

    private const ulong KindDev = 0;
    private const ulong KindAlpha = 1;
    private const ulong KindFinal = 4;
    private const ulong KindPost = 5;
    private const ulong KindLongerRelease = 7;

    private const ulong SequelDev = 0;
    private const ulong SequelNone = 1;
    private const ulong SequelPost = 2;

    /// <summary>Packs the parts of a version, and says whether the key tells everything but trailing zeros of the release.</summary>
    public static ulong Pack(scoped ref VersionDraft draft, out bool isExact)
    {
        isExact = false;
        if (draft.Epoch > 0)
            return Segment0Limit << Segment0Shift;
        var release = draft.Release;
        var key = 0UL;
        if (
            !TryPut(ref key, release, 0, Segment0Limit, Segment0Shift)
            || !TryPut(ref key, release, 1, Segment1Limit, Segment1Shift)
            || !TryPut(ref key, release, 2, Segment1Limit, Segment2Shift)
            || !TryPut(ref key, release, 3, Segment3Limit, Segment3Shift)
        )
        {
            return key;
        }

        if (release.Length > 4 && release[4..].ContainsAnyExcept(0UL))
            return key | (KindLongerRelease << KindShift);
        return PackSuffix(key, ref draft, out isExact);
    }

    /// <summary>Segment <paramref name="index"/> (0 to 3) of the release in an exact key.</summary>
    public static ulong SegmentOf(ulong key, int index) =>
        index switch
        {
            0 => key >> Segment0Shift,
            1 => (key >> Segment1Shift) & Segment1Limit,
            2 => (key >> Segment2Shift) & Segment1Limit,
            3 => (key >> Segment3Shift) & Segment3Limit,
            _ => 0,
        };

    public static Prerelease? PreOf(ulong key)
    {
        var kind = KindOf(key);
        return kind is > KindDev and < KindFinal
            ? new Prerelease((PrereleaseKind)(kind - KindAlpha), NumberOf(key))
            : null;
    }

    public static ulong? PostOf(ulong key) => KindOf(key) == KindPost ? NumberOf(key) : null;

    public static ulong? DevOf(ulong key) => KindOf(key) == KindDev ? NumberOf(key) : null;

    public static bool IsPrerelease(ulong key) => KindOf(key) < KindFinal;

    private static ulong KindOf(ulong key) => (key >> KindShift) & 7;

    private static ulong NumberOf(ulong key) => (key >> NumberShift) & NumberLimit;

    private static bool TryPut(ref ulong key, ReadOnlySpan<ulong> release, int index, ulong limit, int shift)
    {
        var segment = index < release.Length ? release[index] : 0;
        key |= Math.Min(segment, limit) << shift;
        return segment < limit;
    }

    private static ulong PackSuffix(ulong key, scoped ref VersionDraft draft, out bool isExact)
    {
        isExact = false;
        var (kind, number) = draft switch
        {
            { Pre: { } pre } => (KindAlpha + (ulong)pre.Kind, pre.Number),
            { Post: { } post } => (KindPost, post),
            { Dev: { } dev } => (KindDev, dev),
            _ => (KindFinal, 0UL),
        };
        key |= (kind << KindShift) | (Math.Min(number, NumberLimit) << NumberShift);
        if (number >= NumberLimit)
            return key;
        if (draft is { Pre: not null, Post: not null })
            return key | (SequelPost << SequelShift);
        if (kind != KindDev && draft.Dev is not null)
            return key | (SequelDev << SequelShift);
        key |= SequelNone << SequelShift;
        isExact = draft.Local.IsEmpty;
        return isExact ? key : key | 1;
    }
}
