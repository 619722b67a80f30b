using System.Xml.Linq;

namespace Krait.Architecture.Tests;

/// <summary>Calls that a layer may not make: each is written down once, and the build files say for whom it holds.</summary>
public sealed class BannedTests
{
    private static readonly string[] Rules =
    [
        "exit",
        "clock",
        "utc",
        "tokens",
        "files",
        "console",
        "requests",
        "variables",
    ];

    [Fact]
    public void Every_symbol_is_banned_by_one_rule()
    {
        var symbols = Rules
            .SelectMany(rule => SourceTree.Read($"eng/banned/{rule}/BannedSymbols.txt").Split('\n'))
            .Where(line => line.Length > 0)
            .Select(line => line.Split(';')[0])
            .ToList();
        Assert.NotEmpty(symbols);
        Assert.Equal(symbols.Distinct(StringComparer.Ordinal), symbols);
    }

    [Fact]
    public void Every_rule_is_in_force()
    {
        var properties = SourceTree.Read("src/Directory.Build.props");
        foreach (var rule in Rules)
            Assert.Contains($"$(Banned)/{rule}/BannedSymbols.txt", properties, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_index_may_send_requests()
    {
        var list = XDocument
            .Parse(SourceTree.Read("src/Directory.Build.props"))
            .Descendants("AdditionalFiles")
            .Single(file => file.Attribute("Include")!.Value.Contains("requests", StringComparison.Ordinal)); // each includes one
        Assert.Equal("'$(MSBuildProjectName)' != 'Krait.Index'", list.Attribute("Condition")?.Value);
    }
}
