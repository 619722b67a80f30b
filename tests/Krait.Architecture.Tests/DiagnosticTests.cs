using System.Text.RegularExpressions;

namespace Krait.Architecture.Tests;

/// <summary>The code of a diagnostic is for programs that read our output; our own code asks for kinds, topics and types.</summary>
public sealed partial class DiagnosticTests
{
    [Fact]
    public void Nothing_steers_by_the_code_of_a_diagnostic()
    {
        var comparisons =
            from file in SourceTree.Files
            from line in file.Text.Split('\n')
            where Comparison().IsMatch(line)
            select $"{file.Path}: {line.Trim()}";
        Assert.Empty(comparisons);
    }

    [Fact]
    public void Front_ends_write_the_code_for_programs()
    {
        Assert.Contains("\"code\", diagnostic.Code", SourceTree.Read("src/Krait.Cli/Rendering/DiagnosticJson.cs"));
        Assert.Contains("\"code\", problem.Code", SourceTree.Read("src/Krait.Server/Web/Answers.cs"));
    }

    [Theory]
    [InlineData("when (failure.Diagnostic.Code is \"offline\")", true)]
    [InlineData("problem.Code == \"offline\"", true)]
    [InlineData("failure.Diagnostic.Code switch", true)]
    [InlineData("string.Equals(warning.Code, \"offline\", StringComparison.Ordinal)", true)]
    [InlineData("writer.WriteString(\"code\", diagnostic.Code);", false)]
    [InlineData("result.ExitCode switch", false)]
    public void Finds_comparisons(string line, bool isFound) => Assert.Equal(isFound, Comparison().IsMatch(line));

    [GeneratedRegex(
        """\.Code (is|==|!=|switch)\b|\.Code (==|!=) |Equals\([\w.]+\.Code, "|\.Code\.Equals""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Comparison();
}
