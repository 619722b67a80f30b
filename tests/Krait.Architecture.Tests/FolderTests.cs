namespace Krait.Architecture.Tests;

/// <summary>A folder holds one idea: none uses a folder that uses it.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> Projects() => [.. SourceTree.Projects.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_uses_one_that_uses_it(string project)
    {
        var uses = SourceTree.FoldersOf(project);
        var cycles = uses.Keys.Where(folder => Reach(uses, folder).Contains(folder)).Order(StringComparer.Ordinal);
        Assert.Empty(cycles);
    }

    [Fact]
    public void Namespaces_are_the_folders()
    {
        var strays = SourceTree
            .Files.Where(file => !file.Text.Contains($"namespace {NamespaceOf(file.Path)};", StringComparison.Ordinal))
            .Select(file => file.Path)
            .Where(path => Path.GetFileName(path) is not ("AssemblyAttributes.cs" or "GlobalUsings.cs"));
        Assert.Empty(strays);
    }

    [Fact]
    public void No_file_is_longer_than_five_hundred_lines()
    {
        var longest = SourceTree.Files.Where(file => file.Text.AsSpan().Count('\n') > 500).Select(file => file.Path);
        Assert.Empty(longest);
    }

    private static string NamespaceOf(string path) => Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.'); // every source lies in a folder

    private static HashSet<string> Reach(Dictionary<string, HashSet<string>> uses, string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>([start]);
        while (pending.TryPop(out var folder))
        {
            foreach (var next in uses.GetValueOrDefault(folder, []))
            {
                if (reached.Add(next))
                    pending.Push(next);
            }
        }

        return reached;
    }
}
