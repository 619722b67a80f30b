namespace Krait.Health.Bisect;

/// <summary>
/// Finds the first bad one of a row of which the last is bad and the one before the first is good, by halving: at most as many probes as
/// the length can be halved, where all of them can be judged.
/// </summary>
public sealed class Bisection
{
    private readonly HashSet<int> untestable = [];
    private int good = -1;
    private int bad;

    /// <summary>A row of this length.</summary>
    public Bisection(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        bad = length - 1;
        Limit = length == 1 ? 0 : (int)Math.Ceiling(Math.Log2(length));
    }

    /// <summary>How many probes it takes at most, where all can be judged.</summary>
    public int Limit { get; }

    /// <summary>The place of the last one that is known to be good; -1 for the one before the row.</summary>
    public int LastGood => good;

    /// <summary>The place of the first one that is known to be bad.</summary>
    public int FirstBad => bad;

    /// <summary>The places between them that could not be judged: any of these may be the first bad one, too.</summary>
    public IEnumerable<int> Unknown => untestable.Where(place => place > good && place < bad).Order();

    /// <summary>The place to look at next; null at the end.</summary>
    public int? Next()
    {
        var middle = good + ((bad - good) / 2);
        return Enumerable
            .Range(good + 1, bad - good - 1)
            .Where(place => !untestable.Contains(place))
            .OrderBy(place => Math.Abs(place - middle))
            .ThenBy(place => place)
            .Select(place => (int?)place)
            .FirstOrDefault();
    }

    /// <summary>Takes the answer of a probe.</summary>
    /// <param name="place">Where it was made.</param>
    /// <param name="verdict">What it found.</param>
    public void Take(int place, BisectVerdict verdict)
    {
        switch (verdict)
        {
            case BisectVerdict.Good:
                good = Math.Max(good, place);
                break;
            case BisectVerdict.Bad:
                bad = Math.Min(bad, place);
                break;
            default:
                untestable.Add(place);
                break;
        }
    }
}

/// <summary>What a probe found.</summary>
public enum BisectVerdict
{
    /// <summary>The command succeeded.</summary>
    Good,

    /// <summary>The command failed.</summary>
    Bad,

    /// <summary>The set cannot be installed, or the command says that it cannot be judged (exit code 125).</summary>
    Unknown,
}
