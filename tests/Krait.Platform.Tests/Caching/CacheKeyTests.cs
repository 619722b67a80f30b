using Krait.Platform.Caching;

namespace Krait.Platform.Tests.Caching;

public sealed class CacheKeyTests
{
    [Fact]
    public void Is_the_start_of_the_hash_of_a_text()
    {
        Assert.Equal("ba7816bf8f01cfea4141", CacheKey.Of("abc"));
        Assert.Equal("ba7816bf", CacheKey.Of("abc", bytes: 4));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", CacheKey.Of("abc", bytes: 32));
    }
}
