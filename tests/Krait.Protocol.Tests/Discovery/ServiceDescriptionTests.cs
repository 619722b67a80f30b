using System.Text;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;

namespace Krait.Protocol.Tests.Discovery;

/// <summary>What a page says of a service.</summary>
public sealed class ServiceDescriptionTests
{
    private const string Own = """{"base":"../../-/krait/v1/","engine":"krait-resolver/1","v":1}""";

    [Theory]
    [InlineData("""{"meta":{"api-version":"1.4","_krait":%},"files":[]}""")]
    [InlineData("""{"files":[{"meta":{}}],"name":"_krait","meta":{"x":[1,{"_krait":2}],"_krait":%}}""")]
    public void It_is_found_where_the_page_says_it(string page)
    {
        var found = ServiceDescription.FindInPage(
            Encoding.UTF8.GetBytes(page.Replace("%", Own, StringComparison.Ordinal))
        );
        Assert.NotNull(found);
        Assert.Equal("../../-/krait/v1/", found.Base);
        Assert.True(found.CanResolve);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>\"_krait\"</html>")]
    [InlineData("""{"meta":{"api-version":"1.4"},"_krait":%}""")]
    [InlineData("""{"meta":{"_krait":7}}""")]
    [InlineData("""{"meta":{"_krait":{"v":1}}}""")]
    [InlineData("""{"meta":{"_krait":{"v":"1","base":"x"}}}""")]
    [InlineData("""{"meta":{"_krait":{"v":2,"base":"x"}}}""")]
    [InlineData("""{"meta":{"_krait":{"v":1,"base":""}}}""")]
    [InlineData("""{"meta":{"_krait":{"v":1,"base":"x" """)]
    public void Anything_else_is_as_good_as_nothing(string page) =>
        Assert.Null(
            ServiceDescription.FindInPage(Encoding.UTF8.GetBytes(page.Replace("%", Own, StringComparison.Ordinal)))
        );

    [Fact]
    public void A_description_comes_back_as_it_was()
    {
        var one = new ServiceDescription("https://i.test/-/krait/v1/", "other/2") { Snapshot = ContentDigest.Of([1]) };
        Assert.True(ServiceDescription.TryRead(one.ToBytes(), out var again, out _));
        Assert.Equal(one, again);
        Assert.False(again.CanResolve);
    }
}
