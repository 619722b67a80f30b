using System.Text;
using Krait.Packaging.Distributions;

namespace Krait.Packaging.Indexes;

/// <summary>
/// How good the wheels of pages are for one machine. That is a matter of their tags, which thousands of wheels share: each set of tags is
/// read once. For several threads.
/// </summary>
/// <param name="rankOf">The rank of a wheel; null where the machine does not accept it. Asked for tags and build only.</param>
public sealed class WheelRanks(Func<WheelFileName, WheelRank?> rankOf)
{
    private readonly Lock turn = new();
    private readonly Utf8Pool tags = new();
    private readonly List<WheelRank?> ranks = [];

    /// <summary>The rank of a wheel; null where the machine does not accept it.</summary>
    /// <exception cref="FormatException">The file is a source distribution.</exception>
    public WheelRank? Of(IndexFile wheel)
    {
        var text = wheel.TagBytes;
        lock (turn)
        {
            var id = tags.Find(text);
            if (id >= 0)
                return ranks[id];
            var rank = rankOf(WheelFileName.Parse($"any-0{Encoding.UTF8.GetString(text)}"));
            tags.Add(text);
            ranks.Add(rank);
            return rank;
        }
    }
}
