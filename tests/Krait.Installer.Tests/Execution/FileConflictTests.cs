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

    private static WheelForge Forge(string name, string path, bool isLarge) =>
        new(name, "1.0") { Files = [(path, "1"), .. isLarge ? Padding.Select(p => ($"{name}/{p}", p)) : []] };
}
