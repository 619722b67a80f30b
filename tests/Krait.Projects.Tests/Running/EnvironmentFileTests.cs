using Krait.Packaging.Text;
using Krait.Projects.Running;

namespace Krait.Projects.Tests.Running;

public sealed class EnvironmentFileTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("export A = 1  ", "1")]
    [InlineData("A='dark red'  # quoted", "dark red")]
    [InlineData("A=\"two\\nlines\"", "two\nlines")]
    [InlineData("A='$B\\n'", "$B\\n")]
    [InlineData("A=", "")]
    [InlineData("A=a=b", "a=b")]
    [InlineData("A=x#y # z", "x#y")]
    [InlineData("B=2\nA=${B}!", "2!")]
    [InlineData("A=$HOME/x", "/home/me/x")]
    [InlineData("A=${NONE:-other}", "other")]
    [InlineData("A=\"two\nlines\"\nB=1", "two\nlines")]
    [InlineData("# c\n\nA=1\r\n", "1")]
    [InlineData("A=a b", "a b")]
    [InlineData("A='a'b\"c\"", "abc")]
    public void Reads_a_variable_as_a_shell_would(string text, string value)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = "/home/me" };
        EnvironmentFile.Apply(text, ".env", variables, new Dictionary<string, string>(variables));
        Assert.Equal(value, variables["A"]);
    }

    [Fact]
    public void A_variable_that_is_set_keeps_its_value()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "mine" };
        EnvironmentFile.Apply(
            "A=theirs\nB=1\nB=2",
            ".env",
            variables,
            new Dictionary<string, string> { ["A"] = "mine" }
        );
        Assert.Equal(("mine", "2"), (variables["A"], variables["B"]));
    }

    [Theory]
    [InlineData("A=1\nnonsense\n", 2)]
    [InlineData("A='open\n", 1)]
    [InlineData("=1", 1)]
    public void A_line_that_cannot_be_read_is_named(string text, int line)
    {
        var failure = Assert.Throws<KraitException>(() =>
            EnvironmentFile.Apply(text, ".env", new Dictionary<string, string>(), new Dictionary<string, string>())
        );
        Assert.Equal((".env", line), (failure.Diagnostic.Source, failure.Diagnostic.Line));
    }
}
