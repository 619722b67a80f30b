using System.Net;
using Krait.Server.Caching;

namespace Krait.Server.Web;

/// <summary>How many requests a second one address may send, with bursts of as many as ten seconds allow.</summary>
/// <param name="perSecond">The number; 0 for any.</param>
internal sealed class RateLimit(int perSecond)
{
    private const int RememberedAddresses = 50_000;
    private const int Burst = 10;

    private readonly BoundedCache<IPAddress, (double Left, DateTimeOffset At)> buckets = new(
        RememberedAddresses,
        _ => 1
    );
    private readonly Lock gate = new();

    /// <summary>Counts a request; false where it is one too many.</summary>
    public bool TryEnter(IPAddress? address, DateTimeOffset now)
    {
        if (perSecond == 0 || address is null)
            return true;
        var most = (double)perSecond * Burst;
        lock (gate)
        {
            var (left, at) = buckets.TryGet(address, out var known) ? known : (most, now);
            left = Math.Min(most, left + (Math.Max(0, (now - at).TotalSeconds) * perSecond));
            var isAllowed = left >= 1;
            buckets.Set(address, (isAllowed ? left - 1 : left, now));
            return isAllowed;
        }
    }
}
