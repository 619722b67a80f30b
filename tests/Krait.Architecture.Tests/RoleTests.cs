namespace Krait.Architecture.Tests;

/// <summary>Every part that does input and output has an owner, which `ARCHITECTURE.md` names and which exists.</summary>
public sealed class RoleTests
{
    private static readonly string[] Roles =
    [
        "page fetch and parse",
        "candidate evaluation",
        "session, pools and adapters",
        "file cache",
        "downloader",
        "range wheel",
        "encodings",
        "preparation and fallback chain",
        "metadata prefetch",
        "dependency-triggered prefetch",
        "root kick-off",
        "locked preparation",
        "cache adapter and controller",
    ];

    private static readonly Dictionary<string, string[]> Owners = SourceTree
        .Read("ARCHITECTURE.md")
        .Split("## Who does the input and output")[1]
        .Split("\n## ")[0]
        .Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(cells => cells[0], cells => cells[1].Split(", "), StringComparer.Ordinal);

    [Fact]
    public void Every_role_has_an_owner() =>
        Assert.Equal(Roles.Order(StringComparer.Ordinal), Owners.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_owner_exists()
    {
        var files = SourceTree.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            Owners.Values.SelectMany(owners => owners),
            owner => Assert.Contains($"src/{owner.Trim('`')}.cs", files)
        );
    }
}
