using Krait.Packaging.Requirements;

namespace Krait.Packaging.Tests.Requirements;

public sealed class RequirementOriginTests
{
    [Fact]
    public void Is_named_as_messages_name_it()
    {
        Assert.Equal("a.in (line 3)", new RequirementOrigin.InFile("a.in", 3).ToString());
        Assert.Equal("krait.toml", new RequirementOrigin.InFile("krait.toml", 0).ToString());
        Assert.Equal("pyproject.toml", new RequirementOrigin.InProject("pyproject.toml").ToString());
        Assert.Equal("app (p.toml)", new RequirementOrigin.InProject("p.toml") { Name = "app" }.ToString());
        Assert.Equal("p.toml:dev", new RequirementOrigin.InProject("p.toml") { Group = "dev" }.ToString());
        Assert.Equal(
            "app (p.toml:dev)",
            new RequirementOrigin.InProject("p.toml") { Name = "app", Group = "dev" }.ToString()
        );
    }
}
