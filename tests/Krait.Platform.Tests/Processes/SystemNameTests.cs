using Krait.Platform.Processes;

namespace Krait.Platform.Tests.Processes;

public sealed class SystemNameTests
{
    [Fact]
    public void Tells_what_the_system_tells_every_program()
    {
        var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var version = File.ReadAllText("/proc/sys/kernel/version").Trim();
        Assert.StartsWith($"Linux {release} {version} ", SystemName.Read());
    }
}
