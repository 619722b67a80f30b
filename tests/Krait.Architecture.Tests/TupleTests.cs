using System.Text.RegularExpressions;

namespace Krait.Architecture.Tests;

/// <summary>What crosses a type in three parts or more is a type of its own, with names and a summary.</summary>
public sealed partial class TupleTests
{
    [Fact]
    public void No_tuple_of_more_than_two_crosses_a_type()
    {
        var tuples =
            from file in SourceTree.Files
            from Match declaration in Declaration().Matches(file.Text)
            from Match tuple in Tuple().Matches(declaration.Value)
            select $"{file.Path}: {tuple.Value}";
        Assert.Empty(tuples);
    }

    [Theory]
    [InlineData("    public (int A, int B, int C) Read() => default;", true)]
    [InlineData("    internal static List<(string Name, List<int, int> Two, int Three)> All { get; }", true)]
    [InlineData("internal sealed class Meter(IReadOnlyList<(string Name, string Help, double Value)> gauges)", true)]
    [InlineData("    public (int A, int B) Read(int one, int two, int three) => default;", false)]
    [InlineData("    private (int A, int B, int C) Read() => default;", false)]
    public void Finds_tuples(string line, bool isFound) =>
        Assert.Equal(isFound, Declaration().Matches(line).Any(match => Tuple().IsMatch(match.Value)));

    /// <summary>A member or type that others see, up to its body.</summary>
    [GeneratedRegex(
        @"^[ \t]*(public|internal|protected)\b[^;{=]*",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Declaration();

    /// <summary>Parentheses that follow no name, with three parts or more.</summary>
    [GeneratedRegex(
        @"(?<![\w>\]])\((([^(),<>=]|<[^<>]*>)+,){2,}([^(),<>=]|<[^<>]*>)+\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Tuple();
}
