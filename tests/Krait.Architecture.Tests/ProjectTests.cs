namespace Krait.Architecture.Tests;

/// <summary>References between projects are those of the table in ARCHITECTURE.md.</summary>
public sealed class ProjectTests
{
    [Fact]
    public void References_are_the_ones_that_the_table_allows()
    {
        var table = Table();
        foreach (var (project, references) in SourceTree.Projects)
            Assert.Empty(references.Except(table[project], StringComparer.Ordinal));
    }

    [Fact]
    public void Language_resolver_and_protocol_know_nothing_of_the_outside_world()
    {
        foreach (var project in (string[])["Krait.Packaging", "Krait.Resolver", "Krait.Protocol"])
        {
            Assert.DoesNotContain("Krait.Platform", SourceTree.Projects[project]);
            Assert.DoesNotContain("Krait.Index", SourceTree.Projects[project]);
        }
    }

    [Fact]
    public void Only_the_index_sends_requests()
    {
        var senders = SourceTree
            .Files.Where(file => file.Text.Contains("using System.Net.Http", StringComparison.Ordinal))
            .Select(file => file.Path.Split('/')[1])
            .Distinct(StringComparer.Ordinal);
        Assert.Equal(["Krait.Index"], senders);
    }

    [Fact]
    public void Only_the_platform_knows_error_numbers()
    {
        var users = SourceTree
            .Files.Where(file => file.Text.Contains("Errno.", StringComparison.Ordinal))
            .Select(file => Path.GetDirectoryName(file.Path))
            .Distinct(StringComparer.Ordinal);
        Assert.Equal(["src/Krait.Platform/Files/Posix"], users);
    }

    /// <summary>`| project | holds | may use |`, in the order in which references point up.</summary>
    private static Dictionary<string, HashSet<string>> Table()
    {
        var rows = SourceTree
            .Read("ARCHITECTURE.md")
            .Split('\n')
            .Where(line => line.StartsWith("| `Krait.", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        var names = rows.Select(row => row[1].Trim('`')).ToList();
        var allowed = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            allowed[names[i]] = rows[i][3] switch
            {
                "nothing" => [],
                "all above" => [.. names.Take(i)],
                var list => [.. list.Split(", ").Select(name => "Krait." + name)],
            };
        }

        return allowed;
    }
}
