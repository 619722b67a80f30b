using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;
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
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains("`Clear`", error.Diagnostic.Hints[0].ToString(), StringComparison.Ordinal);

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

    [Fact]
    public void Fills_and_replaces_a_shells_working_folder_without_taking_it_away()
    {
        using var folder = new TempFolder();
        var here = folder.At("here");
        Directory.CreateDirectory(here);
        var before = Status(here);
        VenvBuilder.Create(Request(here) with { WorkingFolder = here });
        folder.Write("here/lib/python3.11/site-packages/old.py", "");
        var first = Directory.GetFileSystemEntries(here).Select(Path.GetFileName).Order().ToList();
        VenvBuilder.Create(Request(here, ExistingFolder.Clear) with { WorkingFolder = here });

        Assert.True(before.IsSameFileAs(Status(here)));
        Assert.Equal(first, Directory.GetFileSystemEntries(here).Select(Path.GetFileName).Order());
        Assert.Equal([".gitignore", "CACHEDIR.TAG", "bin", "lib", "lib64", "pyvenv.cfg"], first);
        Assert.False(File.Exists(folder.At("here", "lib", "python3.11", "site-packages", "old.py")));
        Assert.Equal(["here"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void Replaces_what_a_link_leads_to_however_it_is_written(string ending)
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("real")));
        File.CreateSymbolicLink(folder.At("link"), "real");
        VenvBuilder.Create(Request(folder.At("link") + ending, ExistingFolder.Clear));
        Assert.Equal("real", new DirectoryInfo(folder.At("link")).LinkTarget);
        Assert.Contains($"VIRTUAL_ENV='{folder.At("link")}'\n", File.ReadAllText(folder.At("real", "bin", "activate")));
    }

    [Fact]
    public void Keeps_a_folder_where_a_link_would_be()
    {
        using var folder = new TempFolder();
        folder.Write("venv/lib64/python3.11/site-packages/own.py", "");
        VenvBuilder.Create(Request(folder.At("venv"), ExistingFolder.Keep));
        Assert.True(File.Exists(folder.At("venv", "lib64", "python3.11", "site-packages", "own.py")));
        Assert.True(File.Exists(folder.At("venv", "pyvenv.cfg")));
    }

    [Fact]
    public void Replaces_what_a_killed_run_left_and_only_that()
    {
        using var folder = new TempFolder();
        // Killed while it wrote the new environment: nothing else is there.
        folder.Write("begun/.krait-new-1/bin/activate", "");
        VenvBuilder.Create(Request(folder.At("begun")));
        Assert.False(Directory.Exists(folder.At("begun", ".krait-new-1")));
        // Killed while it removed the old one.
        folder.Write("half/lib/python3.11/site-packages/old.py", "");
        folder.Write("half/.krait-new-1/bin/activate", "");
        Directory.CreateDirectory(folder.At("half", ".krait-unfinished"));
        VenvBuilder.Create(Request(folder.At("half")));
        Assert.False(File.Exists(folder.At("half", "lib", "python3.11", "site-packages", "old.py")));
        Assert.True(File.Exists(folder.At("half", "pyvenv.cfg")));
        // Killed beside somebody's work.
        folder.Write("thesis/chapter.tex", "x");
        folder.Write("thesis/.krait-new-1/bin/activate", "");
        Assert.Throws<KraitException>(() =>
            VenvBuilder.Create(
                Request(folder.At("thesis"), ExistingFolder.Clear) with
                {
                    WorkingFolder = folder.At("thesis"),
                }
            )
        );
        Assert.Equal("x", File.ReadAllText(folder.At("thesis", "chapter.tex")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Removes_what_a_killed_run_left_beside_and_nothing_that_is_in_use(bool replaces)
    {
        using var folder = new TempFolder();
        if (replaces)
            VenvBuilder.Create(Request(folder.At("venv")));
        folder.Write(".krait-new-1/bin/activate", "");
        folder.Write(".krait-new-2/bin/activate", "");
        folder.Write(".krait-new-3", "a file of another kind");
        folder.Write("krait-new-4/mine", "");
        using (FolderLock.TryAcquire(folder.At(".krait-new-2")))
            VenvBuilder.Create(Request(folder.At("venv"), ExistingFolder.Clear));
        Assert.False(Directory.Exists(folder.At(".krait-new-1")));
        Assert.True(File.Exists(folder.At(".krait-new-2", "bin", "activate")));
        Assert.True(File.Exists(folder.At(".krait-new-3")));
        Assert.True(File.Exists(folder.At("krait-new-4", "mine")));
        Assert.True(File.Exists(folder.At("venv", "pyvenv.cfg")));
    }

    private static FileStatus Status(string path)
    {
        Assert.Equal(FileError.None, FileStatus.TryRead(path, followLinks: true, out var status));
        return status;
    }
}
