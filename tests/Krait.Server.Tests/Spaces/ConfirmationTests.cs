using Krait.Testing;

namespace Krait.Server.Tests.Spaces;

/// <summary>What a server makes of an upstream's word that a page still holds (304).</summary>
public class ConfirmationTests : ServerTest
{
    [Theory]
    [InlineData("\"other\"")]
    [InlineData("W/\"other\"")]
    public async Task A_confirmation_of_another_page_confirms_nothing(string tag)
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Upstream.Add("demo", "2.0");
        Upstream.On(
            "/simple/demo/",
            request => request["If-None-Match"].Length > 0 ? new FakeReply(304, ("ETag", tag)) : null
        );
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, (await FilesAsync("demo")).Length);
    }

    [Fact]
    public async Task A_confirmation_that_says_nothing_of_age_leaves_it_as_it_was()
    {
        Upstream.CacheControl = "max-age=300";
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Upstream.On("/simple/demo/", _ => new FakeReply(304));
        Clock.Advance(TimeSpan.FromSeconds(301));
        await FilesAsync("demo");
        Assert.Equal(2, Upstream.Requests.Count);

        Clock.Advance(TimeSpan.FromSeconds(200));
        await FilesAsync("demo");
        Assert.Equal(2, Upstream.Requests.Count);
        Clock.Advance(TimeSpan.FromSeconds(101));
        await FilesAsync("demo");
        Assert.Equal(3, Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_confirmation_that_says_more_of_age_counts()
    {
        Upstream.CacheControl = "max-age=60";
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Upstream.On("/simple/demo/", _ => new FakeReply(304, ("Cache-Control", "max-age=500")));
        Clock.Advance(TimeSpan.FromSeconds(61));
        await FilesAsync("demo");
        Clock.Advance(TimeSpan.FromSeconds(400));
        await FilesAsync("demo");

        Assert.Equal(2, Upstream.Requests.Count);
    }
}
