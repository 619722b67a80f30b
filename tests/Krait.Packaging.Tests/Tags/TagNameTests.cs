using System.Globalization;
using Krait.Packaging.Tags;

namespace Krait.Packaging.Tests.Tags;

/// <summary>A process that reads the names of wheels for years keeps the tags that are in use, and no others.</summary>
public sealed class TagNameTests
{
    [Fact]
    public void The_same_name_is_the_same_object() =>
        Assert.Same(TagName.Of("cp312"), TagName.Of(new string("cp312".AsSpan())));

    [Fact]
    public void Names_that_nobody_holds_are_forgotten()
    {
        var kept = TagName.Of("kept_by_this_test");
        for (var i = 0; i < 200_000; i++)
        {
            TagName.Of(string.Create(CultureInfo.InvariantCulture, $"forgotten_{i}"));
            if (i % 4_000 == 0)
                GC.Collect();
        }

        Assert.InRange(TagName.Count, 1, 50_000);
        Assert.Same(kept, TagName.Of("kept_by_this_test"));
    }
}
