using System.Security.Cryptography;
using Krait.Platform.Caching;

namespace Krait.Platform.Tests.Caching;

public sealed class CacheKeyTests
{
    [Fact]
    public void Is_what_the_framework_computes()
    {
        var random = new Random(1);
        for (var length = 0; length < 300; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            Assert.Equal(SHA256.HashData(data), CacheKey.Hash(data));
        }
        Assert.Equal("ba7816bf8f01cfea4141", CacheKey.Of("abc"));
    }
}
