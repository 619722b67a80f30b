using System.Security.Cryptography;
using Krait.Platform.Files;

namespace Krait.Platform.Tests.Files;

public sealed class SmallSha256Tests
{
    [Fact]
    public void Agrees_with_the_framework_for_every_length()
    {
        var random = new Random(1);
        var digest = new byte[SmallSha256.Size];
        for (var length = 0; length < 400; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            SmallSha256.Hash(bytes, digest);
            Assert.Equal(SHA256.HashData(bytes), digest);
        }
    }
}
