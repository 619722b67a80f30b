using System.Security.Cryptography;
using Krait.Installer.Records;

namespace Krait.Installer.Tests.Records;

public sealed class SmallSha256Tests
{
    [Fact]
    public void Agrees_with_the_framework_for_every_length()
    {
        var random = new Random(1);
        var digest = new byte[32];
        for (var length = 0; length < 400; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            SmallSha256.Hash(bytes, digest);
            Assert.Equal(SHA256.HashData(bytes), digest);
        }
    }
}
