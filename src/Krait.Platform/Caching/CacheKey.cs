using System.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Caching;

/// <summary>Names in the cache for things whose own names are too long or too free: SHA-256 of a text.</summary>
public static class CacheKey
{
    /// <summary>The first bytes of the hash of a text, as lower-case hexadecimal digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">How many bytes of the hash, up to 32.</param>
    public static string Of(string text, int bytes = 10)
    {
        Span<byte> digest = stackalloc byte[SmallSha256.Size];
        SmallSha256.Hash(Encoding.UTF8.GetBytes(text), digest);
        return Convert.ToHexStringLower(digest[..bytes]);
    }
}
