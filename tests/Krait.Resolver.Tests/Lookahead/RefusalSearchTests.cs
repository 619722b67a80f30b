using Krait.Packaging.Names;
using Krait.Resolver.Candidates;
using Krait.Resolver.Lookahead;

namespace Krait.Resolver.Tests.Lookahead;

/// <summary>Searches for the version at which refusals end: few rounds and samples, and a place that is right.</summary>
public sealed class RefusalSearchTests
{
    [Theory]
    [InlineData(13, 5)]
    [InlineData(60, 60)]
    [InlineData(400, 399)]
    [InlineData(1500, 700)]
    [InlineData(1500, 1500)]
    [InlineData(5000, 300)]
    [InlineData(5000, 4990)]
    public void Finds_where_refusals_end(int count, int refused)
    {
        var search = Search(count);
        var (rounds, samples) = (0, 0);
        for (; !search.IsDone; rounds++)
        {
            search.Begin();
            samples += search.Samples.Count;
            Learn(search, refused);
            Assert.True(search.Refused.Length <= refused);
        }

        Assert.InRange(rounds, 1, 4);
        Assert.InRange(samples, 1, 24 + (3 * 12));
        Assert.InRange(search.Likely(least: 4).Length, refused, refused + 6);
    }

    [Fact]
    public void Ends_where_the_first_sample_is_not_refused()
    {
        var search = Search(1000);
        search.Begin();
        Learn(search, refused: 0);
        Assert.True(search.IsDone);
        Assert.True(search.Refused.IsEmpty);
        Assert.Equal(4, search.Likely(least: 4).Length);
        search.Begin();
        Assert.Empty(search.Samples);
    }

    [Fact]
    public void Takes_in_a_sample_again_where_more_is_known()
    {
        var search = Search(1000);
        search.Begin();
        Learn(search, refused: 0);
        Learn(search, refused: 600);
        Assert.False(search.IsDone);
        var before = search.Refused.Length;
        Assert.InRange(before, 500, 600);
        search.Begin();
        Assert.All(search.Samples, place => Assert.InRange(place, before, 700));
    }

    private static RefusalSearch Search(int count) =>
        new(
            default,
            new KnownVersions(PackageName.Parse("a"), new VersionsResponse.NotFound(["index"])),
            [.. Enumerable.Range(0, count)]
        );

    private static void Learn(RefusalSearch search, int refused)
    {
        foreach (var place in search.Samples)
        {
            if (!search.Learn(place, place < refused))
                return;
        }
    }
}
