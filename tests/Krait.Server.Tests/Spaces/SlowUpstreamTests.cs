using System.Diagnostics;

namespace Krait.Server.Tests.Spaces;

/// <summary>An upstream that answers, but not soon.</summary>
public sealed class SlowUpstreamTests : ServerTest
{
    protected override TimeSpan SoftDeadline => TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Does_not_wait_long_for_a_slow_upstream_when_it_has_a_page()
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Upstream.Add("demo", "2.0");
        Clock.Advance(TimeSpan.FromHours(1));
        var gate = new TaskCompletionSource();
        Upstream.Hold("/simple/demo/", gate.Task);

        var watch = Stopwatch.StartNew();
        Assert.Single(await FilesAsync("demo"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), "the soft deadline was passed");

        gate.SetResult();
        await WaitForAsync(async () => (await FilesAsync("demo")).Length == 2);
    }
}
