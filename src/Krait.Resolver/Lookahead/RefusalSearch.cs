using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;

namespace Krait.Resolver.Lookahead;

/// <summary>
/// A search for the first of some versions that is not refused. Each round takes samples between the last that is known to be
/// refused and the first that is not, so that a thousand versions take three rounds.
/// </summary>
/// <param name="name">Whose versions they are.</param>
/// <param name="known">What is known of them.</param>
/// <param name="versions">The versions by index, in the order in which they would be tried.</param>
internal sealed class RefusalSearch(NameId name, KnownVersions known, int[] versions)
{
    private const int VersionsPerSample = 90;
    private const int FewestSamples = 4;
    private const int MostSamples = 24;

    /// <summary>What is not worth another round.</summary>
    private const int SmallGap = 6;

    /// <summary>The place of the last version that is refused, and that of the first that is not: before all, and behind them, to begin with.</summary>
    private int low = -1;
    private int high = versions.Length;

    /// <summary>What <see cref="high"/> was before this round.</summary>
    private int bound = versions.Length;

    public NameId Name => name;

    public KnownVersions Known => known;

    /// <summary>The places of the samples of this round.</summary>
    public IReadOnlyList<int> Samples { get; private set; } = [];

    /// <summary>Whether more samples would not help: the place is known well enough, or the first sample of all is not refused.</summary>
    public bool IsDone => high - low <= SmallGap || (low < 0 && high < versions.Length);

    /// <summary>The versions that are taken to be refused by now.</summary>
    public ReadOnlySpan<int> Refused => versions.AsSpan(0, low + 1);

    /// <summary>The versions that are likely to be tried: those that are refused, and as many more as the end of these is vague by.</summary>
    /// <param name="least">How many there are at least. If nothing is refused, the reason lies elsewhere, and there are no more.</param>
    public ReadOnlySpan<int> Likely(int least) =>
        versions.AsSpan(0, Math.Min(versions.Length, low < 0 ? least : Math.Max(high, least)));

    /// <summary>The version at a place.</summary>
    public int VersionAt(int place) => versions[place];

    /// <summary>Chooses the samples of the next round; none where the search is done.</summary>
    public void Begin()
    {
        bound = high;
        var samples = new List<int>();
        if (!IsDone)
        {
            var count = Math.Clamp((high - low) / VersionsPerSample, FewestSamples, MostSamples);
            var step = Math.Max(1, (high - low) / count);
            for (var place = low + step; place < high; place += step)
                samples.Add(place);
        }

        Samples = samples;
    }

    /// <summary>Takes in what a sample says, again where more is known of it; false where those behind it do not matter.</summary>
    public bool Learn(int place, bool isRefused)
    {
        if (isRefused)
        {
            low = Math.Max(low, place);
            high = high == place ? bound : high;
        }
        else
        {
            high = place;
        }

        return isRefused;
    }
}
