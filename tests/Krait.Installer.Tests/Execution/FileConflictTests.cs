using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Packaging.Text;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>Names that several packages, or several versions of one, use for different things.</summary>
public sealed class FileConflictTests
{
    private static readonly string[] Padding = [.. Enumerable.Range(0, 9).Select(i => $"{i}.py")];

    /// <summary>A file of one wheel and a folder of another, and in which of them most files are, which is linked first.</summary>
    public static TheoryData<string, string, bool, LinkMode> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, string, bool, LinkMode>();
            foreach (var mode in new[] { LinkMode.HardLink, LinkMode.Copy, LinkMode.Symlink })
            {
                foreach (var isFileLarger in new[] { false, true })
                {
                    shapes.Add("shared", "shared/x.py", isFileLarger, mode);
                    shapes.Add("shared", "shared/deep/x.py", isFileLarger, mode);
                    shapes.Add("bb-1.0.data/purelib/shared", "shared/x.py", isFileLarger, mode);
                    shapes.Add("bb-1.0.data/scripts/tool", "cc-1.0.data/data/bin/tool/x", isFileLarger, mode);
                    shapes.Add(
                        "bb-1.0.data/headers/x",
                        "cc-1.0.data/data/include/site/python{0}/bb/x/y.h",
                        isFileLarger,
                        mode
                    );
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Refuses_a_file_and_a_folder_of_one_name_whichever_comes_first(
        string file,
        string folder,
        bool isFileLarger,
        LinkMode mode
    )
    {
        using var test = await TestEnvironment.CreateAsync();
        var interpreter = test.Environment.Interpreter;
        folder = folder.Replace("{0}", $"{interpreter.Major}.{interpreter.Minor}", StringComparison.Ordinal);
        var one = Forge("bb", file, isFileLarger);
        var other = Forge("cc", folder, !isFileLarger);
        var before = test.Tree();

        var error = await Assert.ThrowsAsync<KraitException>(() =>
            test.ChangeAsync(new PlanOptions(), new InstallOptions { LinkMode = mode }, w => w, one, other)
        );

        Assert.Equal("file-conflict", error.Diagnostic.Code);
        Assert.Contains(one.FileName, error.Message, StringComparison.Ordinal);
        Assert.Contains(other.FileName, error.Message, StringComparison.Ordinal);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Refuses_a_script_and_a_folder_of_one_name_in_a_target()
    {
        using var test = await TestEnvironment.CreateTargetAsync();
        var before = test.Tree();
        var script = new WheelForge("bb", "1.0") { EntryPoints = "[console_scripts]\ntool = bb:x\n" };
        var folder = new WheelForge("cc", "1.0") { Files = [("bin/tool/x.py", "1")] };

        var error = await Assert.ThrowsAsync<KraitException>(() => test.InstallAsync(script, folder));

        Assert.Equal("file-conflict", error.Diagnostic.Code);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Warns_of_a_shared_file_that_a_new_version_changes()
    {
        var old = new WheelForge("sa", "1.0") { Files = [("sa.py", "1"), ("shr.py", "one")] };
        var next = new WheelForge("sa", "2.0") { Files = [("sa.py", "2"), ("shr.py", "two")] };
        var other = new WheelForge("sb", "1.0") { Files = [("sb.py", "1"), ("shr.py", "one")] };
        using var test = await TestEnvironment.CreateAsync();
        Assert.Empty((await test.InstallAsync(old, other)).Warnings);
        var before = test.Tree();
        await Assert.ThrowsAsync<KraitException>(() =>
            test.ChangeAsync(new PlanOptions(), new InstallOptions { RequiresOwnFiles = true }, w => w, next)
        );
        Assert.Equal("", Trees.Differences(before, test.Tree()));

        var warning = Assert.Single((await test.InstallAsync(next)).Warnings);

        Assert.Equal("file-conflict", warning.Code);
        Assert.Contains("`sb 1.0`", warning.Message, StringComparison.Ordinal);
        Assert.Equal("two", test.Read("shr.py"));
        await test.UninstallAsync("sa");
        Assert.Equal("two", test.Read("shr.py"));
    }

    [Fact]
    public async Task Puts_a_file_in_the_place_of_an_old_versions_folder_and_the_reverse()
    {
        var folder = new WheelForge("chg", "1.0")
        {
            Files = [("chg/x.py", "1"), ("chg/data/a.py", "a"), ("chg/data/deep/b.py", "b")],
        };
        var file = new WheelForge("chg", "2.0") { Files = [("chg/x.py", "2"), ("chg/data", "file")] };
        using var test = await TestEnvironment.CreateAsync();
        await test.ChangeAsync(new PlanOptions(), new InstallOptions { CompilesBytecode = true }, w => w, folder);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(test.Site, "chg", "data", "__pycache__")));

        await test.InstallAsync(file);

        using var fresh = await TestEnvironment.CreateAsync();
        await fresh.InstallAsync(file);
        Assert.Equal("", Trees.Differences(fresh.Tree(), test.Tree()));
        await test.InstallAsync(folder);
        await fresh.InstallAsync(folder);
        Assert.Equal("", Trees.Differences(fresh.Tree(), test.Tree()));
    }

    [Theory]
    [InlineData("chg/data/own.txt")]
    [InlineData("chg/data/deep/own.txt")]
    [InlineData("chg/data/__pycache__/own.cpython-312.pyc")]
    [InlineData("chg/data/empty/")]
    public async Task Refuses_a_file_in_the_place_of_a_folder_with_files_of_others(string path)
    {
        var folder = new WheelForge("chg", "1.0") { Files = [("chg/x.py", "1"), ("chg/data/a.py", "a")] };
        var file = new WheelForge("chg", "2.0") { Files = [("chg/x.py", "2"), ("chg/data", "file")] };
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(folder);
        var own = Path.Combine(test.Site, path);
        Directory.CreateDirectory(Path.GetDirectoryName(own)!); // below a folder
        if (!path.EndsWith('/'))
            await File.WriteAllTextAsync(own, "mine", TestContext.Current.CancellationToken);
        var before = test.Tree();

        var error = await Assert.ThrowsAsync<KraitException>(() => test.InstallAsync(file));

        Assert.Equal("file-conflict", error.Diagnostic.Code);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Refuses_a_folder_in_the_place_of_an_old_versions_file_that_another_has_too()
    {
        var file = new WheelForge("sa", "1.0") { Files = [("sa.py", "1"), ("shared", "one")] };
        var folder = new WheelForge("sa", "2.0") { Files = [("sa.py", "2"), ("shared/x.py", "two")] };
        var other = new WheelForge("sb", "1.0") { Files = [("sb.py", "1"), ("shared", "one")] };
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(file, other);
        var before = test.Tree();

        var error = await Assert.ThrowsAsync<KraitException>(() => test.InstallAsync(folder));

        Assert.Equal("file-conflict", error.Diagnostic.Code);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    private static WheelForge Forge(string name, string path, bool isLarge) =>
        new(name, "1.0") { Files = [(path, "1"), .. isLarge ? Padding.Select(p => ($"{name}/{p}", p)) : []] };
}
