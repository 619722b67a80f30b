using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Environments.Tests.Venvs;

public sealed class VenvBuilderTests
{
    private static VenvRequest Request(string path, ExistingFolder existing = ExistingFolder.Refuse) =>
        new(path, "/usr/bin/python3.11", "CPython", "3.11.7")
        {
            SitePackages = "lib/python3.11/site-packages",
            KraitVersion = "0.1.0",
            HasLib64 = true,
            Prompt = "demo",
            Existing = existing,
        };

    [Fact]
    public void Makes_what_the_interpreter_and_other_tools_look_for()
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("venv")));

        var configuration = File.ReadAllLines(folder.At("venv", "pyvenv.cfg"));
        Assert.Contains("home = /usr/bin", configuration);
        Assert.Contains("include-system-site-packages = false", configuration);
        Assert.Contains("krait = 0.1.0", configuration);
        Assert.True(Directory.Exists(folder.At("venv", "lib64", "python3.11", "site-packages")));
        Assert.Equal("/usr/bin/python3.11", new FileInfo(folder.At("venv", "bin", "python")).LinkTarget);
        Assert.StartsWith("Signature: ", File.ReadAllText(folder.At("venv", "CACHEDIR.TAG")));
        Assert.Equal("*\n", File.ReadAllText(folder.At("venv", ".gitignore")));
        Assert.Equal(["venv"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Refuses_an_environment_unless_it_may_replace_or_keep_it()
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("venv")));
        folder.Write("venv/lib/python3.11/site-packages/old.py", "");

        var error = Assert.Throws<KraitException>(() => VenvBuilder.Create(Request(folder.At("venv"))));
        Assert.Equal(2, error.ExitCode);
        Assert.Contains("--clear", error.Diagnostic.Hints[0]);

        VenvBuilder.Create(Request(folder.At("venv"), ExistingFolder.Keep));
        Assert.True(File.Exists(folder.At("venv", "lib", "python3.11", "site-packages", "old.py")));

        VenvBuilder.Create(Request(folder.At("venv"), ExistingFolder.Clear));
        Assert.False(File.Exists(folder.At("venv", "lib", "python3.11", "site-packages", "old.py")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Never_clears_a_folder_that_is_no_environment()
    {
        using var folder = new TempFolder();
        folder.Write("thesis/chapter.tex", "x");
        foreach (var existing in new[] { ExistingFolder.Refuse, ExistingFolder.Clear })
            Assert.Throws<KraitException>(() => VenvBuilder.Create(Request(folder.At("thesis"), existing)));
        Assert.Equal("x", File.ReadAllText(folder.At("thesis", "chapter.tex")));
    }

    [Fact]
    public void Takes_an_empty_folder_and_a_link_to_one()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.At("real"));
        File.CreateSymbolicLink(folder.At("venv"), folder.At("real"));
        VenvBuilder.Create(Request(folder.At("venv")));
        Assert.True(File.Exists(folder.At("real", "pyvenv.cfg")));
        Assert.NotNull(new DirectoryInfo(folder.At("venv")).LinkTarget);
    }
}
