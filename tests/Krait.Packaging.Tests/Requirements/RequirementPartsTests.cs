using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Packaging.Tests.Requirements;

public sealed class RequirementPartsTests
{
    [Theory]
    [InlineData("a", "a", "", "", "")]
    [InlineData("A.b [x, y] >= 1 , <2", "A.b", "[x, y]", " >= 1 , <2", "")]
    [InlineData("a>=1;python_version<'3'", "a", "", ">=1", "python_version<'3'")]
    [InlineData("a ; sys_platform == \"linux\"", "a", "", "", "sys_platform == \"linux\"")]
    [InlineData(
        "a @ https://x.example/a;b.whl ; os_name == 'nt'",
        "a",
        "",
        " @ https://x.example/a;b.whl",
        "os_name == 'nt'"
    )]
    [InlineData("a[b]@ git+https://x.example/r@v1", "a", "[b]", "@ git+https://x.example/r@v1", "")]
    [InlineData("a (>=1)", "a", "", " (>=1)", "")]
    public void Divides_a_text_and_joins_it_again(
        string text,
        string name,
        string extras,
        string versions,
        string condition
    )
    {
        var parts = RequirementParts.Of(text);
        Assert.Equal((name, extras, versions, condition), (parts.Name, parts.Extras, parts.Versions, parts.Condition));
        Assert.Equal(Requirement.Parse(text), Requirement.Parse(parts.ToString()));
    }

    [Fact]
    public void A_changed_part_leaves_the_others_as_they_are_written()
    {
        var parts = RequirementParts.Of("Amber ; sys_platform == \"linux\"");
        Assert.Equal(
            "Amber[fast]>=1.4 ; sys_platform == \"linux\"",
            parts.WithExtras([ExtraName.Parse("Fast")]).WithVersions(">=1.4").ToString()
        );
        Assert.Equal("Amber ; os_name == 'nt'", parts.WithCondition("os_name == 'nt'").ToString());
    }
}
