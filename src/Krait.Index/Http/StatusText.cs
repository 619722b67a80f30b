using System.Globalization;

namespace Krait.Index.Http;

/// <summary>A status in words.</summary>
internal static class StatusText
{
    public static string Of(int status)
    {
        var words = status switch
        {
            400 => " (bad request)",
            401 => " (unauthorized)",
            403 => " (forbidden)",
            404 => " (not found)",
            407 => " (proxy authentication required)",
            408 => " (request timeout)",
            410 => " (gone)",
            416 => " (range not satisfiable)",
            425 => " (too early)",
            429 => " (too many requests)",
            500 => " (internal server error)",
            502 => " (bad gateway)",
            503 => " (service unavailable)",
            504 => " (gateway timeout)",
            _ => "",
        };
        return status.ToString(CultureInfo.InvariantCulture) + words;
    }
}
