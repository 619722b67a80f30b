using Krait.Packaging.Requirements;

namespace Krait.Packaging.Tests.Requirements;

public sealed class RequirementTests
{
    [Theory]
    [InlineData("Foo.Bar", "foo-bar")]
    [InlineData("foo [ b , A ] >=1.0 , <2 ; sys_platform=='win32'", "foo[a,b]>=1.0,<2 ; sys_platform == 'win32'")]
    [InlineData("foo(==1.0)", "foo==1.0")]
    [InlineData("foo[]", "foo")]
    [InlineData(
        "foo @ https://x.example/foo-1.0.whl ; python_version<'3.9'",
        "foo @ https://x.example/foo-1.0.whl ; python_full_version < '3.9'"
    )]
    [InlineData("foo===any.thing", "foo===any.thing")]
    [InlineData("foo>=1,", "foo>=1")]
    public void Formats_in_normal_form(string text, string expected) =>
        Assert.Equal(expected, Requirement.Parse(text).ToString());

    [Theory]
    [InlineData("", 0)]
    [InlineData(">=1", 0)]
    [InlineData("foo bar", 4)]
    [InlineData("foo[a b]", 6)]
    [InlineData("foo[a", 3)]
    [InlineData("foo[a,]", 6)]
    [InlineData("foo (>=1", 4)]
    [InlineData("foo>=1.*", 6)]
    [InlineData("foo @ ", 6)]
    [InlineData("foo @ url; x", 11)]
    [InlineData("foo; x == '1'", 5)]
    [InlineData("foo; os_name == 'a' and", 23)]
    [InlineData("foo>=1,,<2", 7)]
    public void Refuses_and_points_at_the_place(string text, int position)
    {
        Assert.False(Requirement.TryParse(text, out _, out var error));
        Assert.Equal("invalid-requirement", error.Code);
        Assert.Equal(position, error.Span!.Start);
    }

    [Theory]
    [InlineData("pytz (>dev)", "pytz>0.0.0.dev0")]
    [InlineData("torch2>=1.9.*; extra=='a'", "torch2>=1.9 ; extra == 'a'")]
    [InlineData("numpy \">=1.19\"; python_version >= \"3.7\"", "numpy>=1.19 ; python_full_version >= '3.7'")]
    [InlineData("pyzmq[x] (>=2.7,!=3.0*)", "pyzmq[x]>=2.7,!=3.0.*")]
    [InlineData("elasticsearch-dsl (>=7.2.0<8.0.0)", "elasticsearch-dsl>=7.2.0,<8.0.0")]
    public void Repairs_published_mistakes_and_says_so(string text, string expected)
    {
        Assert.True(Requirement.TryParseLenient(text, out var requirement, out var warning, out _));
        Assert.Equal(expected, requirement.ToString());
        Assert.Equal("repaired-requirement", warning!.Code);
    }

    [Fact]
    public void Does_not_repair_what_has_no_meaning()
    {
        Assert.False(Requirement.TryParseLenient("foo bar", out _, out var warning, out var error));
        Assert.Null(warning);
        Assert.Equal("invalid-requirement", error.Code);
    }

    [Fact]
    public void Equality_is_of_meaning()
    {
        var left = Requirement.Parse("Foo[b,a]>=1.0,<2; python_version >= '3.8'");
        var right = Requirement.Parse("foo[a,b]<2,>=1; python_full_version >= '3.8'");
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }
}
