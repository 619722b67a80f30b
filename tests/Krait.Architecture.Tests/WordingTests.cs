using System.Text.RegularExpressions;

namespace Krait.Architecture.Tests;

/// <summary>Options, variables and commands are named by front ends only: what a library recommends is a remedy with typed controls.</summary>
public sealed partial class WordingTests
{
    /// <summary>The executables: each has its own words.</summary>
    private static readonly string[] FrontEnds = ["src/Krait.Cli/", "src/Krait.Server/"];

    /// <summary>Where an option is a part of a file format or of another program's language, not something to recommend.</summary>
    private static readonly string[] Formats =
    [
        // Lines of requirements files, read and written.
        "src/Krait.Packaging/RequirementsFiles/",
        "src/Krait.Projects/Inputs/RequirementSetReader.cs",
        "src/Krait.Projects/Compiling/RequirementsWriter.cs",
        "src/Krait.Projects/Operations/CompileOperation.cs",
        "src/Krait.Projects/Pipenv/PipfileLockEntry.cs",
        // A style sheet, and a helper of git in the language of the shell.
        "src/Krait.Health/Pages/HtmlPage.cs",
        "src/Krait.Build/Git/GitProgram.cs",
    ];

    [Fact]
    public void No_library_names_an_option_in_a_sentence()
    {
        var sentences =
            from file in SourceTree.Files
            where !FrontEnds.Concat(Formats).Any(start => file.Path.StartsWith(start, StringComparison.Ordinal))
            from line in file.Text.Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from Match literal in Literal().Matches(line)
            where IsSentence(literal.Value) && Name().IsMatch(literal.Value)
            select $"{file.Path}: {literal.Value}";
        Assert.Empty(sentences);
    }

    [Theory]
    [InlineData("\"Run once without `--offline`\"", true)]
    [InlineData("\"Create one with `krait venv`\"", true)]
    [InlineData("\"Set `KRAIT_CACHE_DIR`\"", true)]
    [InlineData("\"--quiet\"", false)]
    [InlineData("\"KRAIT_CACHE_DIR\"", false)]
    [InlineData("\"written by a newer krait\"", false)]
    public void Tells_sentences_from_the_words_of_programs(string literal, bool isFound) =>
        Assert.Equal(isFound, IsSentence(literal) && Name().IsMatch(literal));

    private static bool IsSentence(string literal) => literal.AsSpan().ContainsAny(' ', '`');

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Literal();

    [GeneratedRegex(
        @"(?<![\w-])--[a-z]|KRAIT_|`krait [a-z]",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Name();
}
