using Krait.Health.Bisect;

namespace Krait.Health.Tests.Bisect;

public sealed class BisectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(64)]
    public void Finds_every_place_with_no_more_probes_than_halving_takes(int length)
    {
        for (var first = 0; first < length; first++)
        {
            var search = new Bisection(length);
            var probes = 0;
            while (search.Next() is { } place)
            {
                search.Take(place, place < first ? BisectVerdict.Good : BisectVerdict.Bad);
                probes++;
            }

            Assert.Equal(first, search.FirstBad);
            Assert.Equal(first - 1, search.LastGood);
            Assert.Empty(search.Unknown);
            Assert.True(probes <= search.Limit, $"{probes} probes for place {first} of {length}");
            Assert.True(search.Limit <= Math.Ceiling(Math.Log2(length)));
        }
    }

    [Fact]
    public void Goes_around_what_cannot_be_judged_and_names_it()
    {
        var search = new Bisection(8);
        while (search.Next() is { } place)
        {
            search.Take(
                place,
                place is 3 or 4 ? BisectVerdict.Unknown
                    : place < 4 ? BisectVerdict.Good
                    : BisectVerdict.Bad
            );
        }

        Assert.Equal(2, search.LastGood);
        Assert.Equal(5, search.FirstBad);
        Assert.Equal([3, 4], search.Unknown);
    }

    [Fact]
    public void Ends_where_nothing_can_be_judged()
    {
        var search = new Bisection(5);
        while (search.Next() is { } place)
            search.Take(place, BisectVerdict.Unknown);
        Assert.Equal(4, search.FirstBad);
        Assert.Equal([0, 1, 2, 3], search.Unknown);
    }
}
