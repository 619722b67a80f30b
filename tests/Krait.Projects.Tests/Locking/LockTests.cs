using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Tests.Operations;
using Krait.Projects.Workspaces;
using Krait.Testing;

namespace Krait.Projects.Tests.Locking;

public sealed class LockTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private TestBench bench = null!; // made before each test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string LockFile => folder.At("pylock.toml");

    public async ValueTask InitializeAsync()
    {
        bench = await TestBench.CreateAsync();
        Add("a", "1.0", "shared");
        Add("a", "2.0", "shared ; sys_platform == 'win32'");
        Add("b", "1.0");
        Add("b", "2.0");
        Add("shared", "1.0");
    }

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_lock_is_a_standard_lock_file_with_groups_for_the_project_and_its_extras()
    {
        Write(
            "dependencies = ['a<2']",
            "[project.optional-dependencies]\nfast = ['b']\n[dependency-groups]\ndev = ['b<2']"
        );
        await LockAsync();
        var pylock = Read();
        Assert.Equal(["fast"], pylock.Extras);
        Assert.Equal(["dev", "project"], pylock.DependencyGroups);
        Assert.Equal(["dev", "project"], pylock.DefaultGroups);
        Assert.Equal("'project' in dependency_groups", MarkerOf(pylock, "a"));
        Assert.Equal("'fast' in extras or 'dev' in dependency_groups", MarkerOf(pylock, "b"));
        Assert.Equal(["a==1.0", "b==1.0", "shared==1.0"], Pins(pylock));
    }

    [Fact]
    public async Task Locking_again_changes_no_byte_and_asks_nothing()
    {
        Write("dependencies = ['a', 'b']");
        await LockAsync();
        var text = await File.ReadAllTextAsync(LockFile, Token);
        Add("b", "3.0");
        var requests = bench.Index.Requests.Count;
        await LockAsync();
        Assert.Equal(text, await File.ReadAllTextAsync(LockFile, Token));
        Assert.Equal(requests, bench.Index.Requests.Count);
    }

    [Fact]
    public async Task Locked_versions_stay_where_one_more_package_is_required()
    {
        Write("dependencies = ['b<2']");
        await LockAsync();
        Write("dependencies = ['b', 'a']");
        await LockAsync();
        Assert.Equal(["a==2.0", "b==1.0", "shared==1.0"], Pins(Read()));
        await LockAsync(options => options with { Resolve = options.Resolve with { UpgradesAll = true } });
        Assert.Equal(["a==2.0", "b==2.0", "shared==1.0"], Pins(Read()));
    }

    [Fact]
    public async Task A_bound_that_the_lock_satisfies_asks_nothing_and_is_written_down()
    {
        Write("dependencies = ['b']");
        await LockAsync();
        var requests = bench.Index.Requests.Count;
        Write("dependencies = ['b>=1']");
        var stale = await Assert.ThrowsAsync<KraitException>(() => LockAsync(use: LockUse.Check));
        Assert.Equal("stale-lock", stale.Diagnostic.Code);
        await LockAsync();
        Assert.Equal(requests, bench.Index.Requests.Count);
        await LockAsync(use: LockUse.Check);
        Assert.Contains("project = [\"b>=1\"]", await File.ReadAllTextAsync(LockFile, Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_package_that_thousands_of_groups_need_is_locked_and_read_again()
    {
        var groups = string.Join('\n', Enumerable.Range(0, 1_500).Select(i => $"g{i:0000} = ['a', 'b']"));
        Write("dependencies = []", $"[dependency-groups]\n{groups}");
        await LockAsync();
        await LockAsync(use: LockUse.Check);
        var marker = MarkerOf(Read(), "b");
        Assert.NotNull(marker);
        Assert.Equal(1_500, marker.Split(" or ").Length);
        Assert.True(Packaging.Markers.Marker.TryParse(marker, out _, out var error), error?.Message);
    }

    [Theory]
    [InlineData("dependencies = ['b']", "dependencies = ['b', 'a']", "`a` was added (project)")]
    [InlineData(
        "dependencies = ['b']",
        "dependencies = ['b']\nrequires-python = '>=3.12'",
        "`requires-python` was >=3.9, and is >=3.12"
    )]
    public async Task A_stale_lock_says_why(string before, string after, string reason)
    {
        Write(
            before.Contains("requires-python", StringComparison.Ordinal)
                ? before
                : $"{before}\nrequires-python = '>=3.9'"
        );
        await LockAsync();
        Write(
            after.Contains("requires-python", StringComparison.Ordinal) ? after : $"{after}\nrequires-python = '>=3.9'"
        );
        var stale = await Assert.ThrowsAsync<KraitException>(() => LockAsync(use: LockUse.Check));
        Assert.Contains(reason, stale.Diagnostic.Notes);
    }

    [Fact]
    public async Task Extras_that_exclude_each_other_are_locked_apart()
    {
        Write(
            "dependencies = []",
            "[project.optional-dependencies]\none = ['b==1.0']\ntwo = ['b==2.0']\n"
                + "[tool.krait]\nconflicts = [[{ extra = 'one' }, { extra = 'two' }]]"
        );
        await LockAsync();
        var pylock = Read();
        Assert.Equal(
            ["'one' in extras", "'two' in extras"],
            pylock.Packages.Where(p => p.Name is "b").Select(p => p.Marker)
        );
        var workspace = Find();
        var units = new LockUnits(workspace);
        var both = ProjectSelection.Choose(workspace, units, new WantedParts { AllExtras = true });
        var error = Assert.Throws<KraitException>(() =>
            both.RefuseConflicts(LockInputsReader.Read(workspace, new LockOptions()), environment: null)
        );
        Assert.Equal("conflicting-choices", error.Diagnostic.Code);
    }

    [Fact]
    public async Task Pairs_of_extras_that_exclude_each_other_are_one_set()
    {
        var names = Enumerable.Range(0, 12).Select(i => $"x{i}").ToList();
        var extras = string.Join('\n', names.Select(name => $"{name} = ['b=={(name is "x0" ? 2 : 1)}.0']"));
        var pairs = names.SelectMany(
            (one, i) => names.Skip(i + 1).Select(other => $"[{{ extra = '{one}' }}, {{ extra = '{other}' }}]")
        );
        Write(
            "dependencies = []",
            $"[project.optional-dependencies]\n{extras}\n[tool.krait]\nconflicts = [{string.Join(", ", pairs)}]"
        );
        await LockAsync();
        Assert.Equal(["b==1.0", "b==2.0"], Pins(Read()));
    }

    [Fact]
    public async Task A_workspace_has_one_lock_with_a_group_for_each_member()
    {
        Write(
            "dependencies = ['one']",
            "[tool.krait.workspace]\nmembers = ['one', 'two']\n[tool.krait.sources]\none = { workspace = true }"
        );
        WriteAt("one", "one", "dependencies = ['b']");
        WriteAt("two", "two", "dependencies = ['a']");
        await LockAsync();
        var pylock = Read();
        Assert.Equal(["member-one", "member-two", "project"], pylock.DependencyGroups);
        Assert.Equal("'member-one' in dependency_groups or 'project' in dependency_groups", MarkerOf(pylock, "b"));
        Assert.Equal("'member-two' in dependency_groups", MarkerOf(pylock, "a"));
    }

    [Fact]
    public async Task Both_sides_of_a_merge_conflict_are_kept()
    {
        Write("dependencies = ['b<2']");
        await LockAsync();
        var text = await File.ReadAllTextAsync(LockFile, Token);
        var digest = text.Split('\n').First(line => line.StartsWith("digest", StringComparison.Ordinal));
        await File.WriteAllTextAsync(
            LockFile,
            text.Replace(
                digest,
                $"<<<<<<< ours\n{digest}\n=======\ndigest = \"sha256:0\"\n>>>>>>> theirs",
                StringComparison.Ordinal
            ),
            Token
        );
        Write("dependencies = ['b']");
        await LockAsync();
        Assert.Equal(["b==1.0"], Pins(Read()));
        await LockAsync(use: LockUse.Check);
    }

    [Fact]
    public async Task A_lock_of_another_tool_keeps_its_versions()
    {
        Write("dependencies = ['b']");
        await LockAsync(options =>
            options with
            {
                Resolve = options.Resolve with { Mode = Resolver.Requests.ResolutionMode.Lowest },
            }
        );
        var text = await File.ReadAllTextAsync(LockFile, Token);
        await File.WriteAllTextAsync(LockFile, text[..text.IndexOf("[tool.krait]", StringComparison.Ordinal)], Token);
        await LockAsync();
        Assert.Equal(["b==1.0"], Pins(Read()));
    }

    [Fact]
    public async Task A_newer_revision_is_refused()
    {
        Write("dependencies = ['b']");
        await LockAsync();
        var text = await File.ReadAllTextAsync(LockFile, Token);
        await File.WriteAllTextAsync(
            LockFile,
            text.Replace("revision = 1", "revision = 99", StringComparison.Ordinal),
            Token
        );
        var error = await Assert.ThrowsAsync<KraitException>(() => LockAsync());
        Assert.Equal("newer-lock", error.Diagnostic.Code);
    }

    [Fact]
    public async Task Another_way_of_choosing_versions_chooses_again()
    {
        Write("dependencies = ['b']");
        await LockAsync();
        await LockAsync(options =>
            options with
            {
                Resolve = options.Resolve with { Mode = Resolver.Requests.ResolutionMode.Lowest },
            }
        );
        Assert.Equal(["b==1.0"], Pins(Read()));
    }

    [Theory]
    [InlineData("x = { workspace = true }", "dependencies = ['x']", "not-a-member")]
    [InlineData("x = { index = 'internal' }", "dependencies = ['x']", "unknown-index")]
    [InlineData("", "dependencies = ['demo[nothing]']", "unknown-extra")]
    public async Task Refuses_what_cannot_be_locked(string source, string project, string code)
    {
        Write(project, $"[tool.krait.sources]\n{source}");
        var error = await Assert.ThrowsAsync<KraitException>(() => LockAsync());
        Assert.Equal(code, error.Diagnostic.Code);
        Assert.False(File.Exists(LockFile));
    }

    private void Add(string name, string version, params string[] requires) => bench.Index.Add(name, version, requires);

    private void Write(string project, string more = "") => WriteAt("", "demo", project, more);

    private void WriteAt(string below, string name, string project, string more = "") =>
        folder.Write(
            Path.Combine(below, "pyproject.toml"),
            $"[project]\nname = '{name}'\nversion = '1'\n{project}\n{more}\n"
        );

    private Workspace Find() => new WorkspaceFinder(folder.Path).Find(folder.Path);

    private async Task LockAsync(Func<LockOptions, LockOptions>? change = null, LockUse use = LockUse.Update)
    {
        var options = change?.Invoke(new LockOptions()) ?? new LockOptions();
        var request = new LockRequest(Find(), options) { Use = use };
        Assert.IsType<LockAnswer.Ready>(await new LockOperation(bench.Bench).RunAsync(request, isDryRun: false, Token));
    }

    private Pylock Read()
    {
        Assert.True(
            Pylock.TryParse(File.ReadAllText(LockFile), "pylock.toml", out var pylock, out var errors),
            string.Join('\n', errors)
        );
        return pylock;
    }

    private static string? MarkerOf(Pylock pylock, string name) =>
        pylock.Packages.Single(package => package.Name == name).Marker;

    private static IEnumerable<string> Pins(Pylock pylock) =>
        pylock.Packages.Select(package => $"{package.Name}=={package.Version}");
}
