using System.Globalization;

namespace Krait.Index.SimpleApi;

/// <summary>The directives of `Cache-Control` that mean something to a cache of one user (RFC 9111, section 5.2.2).</summary>
/// <param name="MaxAge">Seconds of freshness, if told.</param>
/// <param name="IsNoStore">Nothing may be kept.</param>
/// <param name="IsNoCache">Nothing may be used without asking.</param>
internal readonly record struct CacheControl(long? MaxAge, bool IsNoStore, bool IsNoCache)
{
    /// <summary>Reads the header; what is unknown or malformed is passed over, and of two ages the shorter counts.</summary>
    public static CacheControl Parse(string header)
    {
        var result = default(CacheControl);
        foreach (var range in header.AsSpan().Split(','))
        {
            var directive = header.AsSpan(range).Trim();
            var equals = directive.IndexOf('=');
            var name = (equals < 0 ? directive : directive[..equals]).Trim();
            var value = equals < 0 ? default : directive[(equals + 1)..].Trim().Trim('"');
            if (name.Equals("no-store", StringComparison.OrdinalIgnoreCase))
                result = result with { IsNoStore = true };
            else if (name.Equals("no-cache", StringComparison.OrdinalIgnoreCase))
                result = result with { IsNoCache = true };
            else if (name.Equals("max-age", StringComparison.OrdinalIgnoreCase))
                result = result with { MaxAge = Math.Min(result.MaxAge ?? long.MaxValue, Seconds(value)) };
        }

        return result;
    }

    /// <summary>A number of seconds; one too large to hold is a very long time, and nonsense is none.</summary>
    private static long Seconds(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
            return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : int.MaxValue;
    }
}
