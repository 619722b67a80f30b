using Krait.Health.Doctor;
using Krait.Testing;

namespace Krait.Health.Tests.Doctor;

public sealed class EnvironmentExaminationTests : IDisposable
{
    private readonly TempFolder folder = new();

    public EnvironmentExaminationTests()
    {
        Directory.CreateDirectory(folder.At("venv", "bin"));
        Directory.CreateDirectory(folder.At("venv", "lib", "python3.12", "site-packages"));
        folder.Write("venv/bin/activate", $"VIRTUAL_ENV='{Root}'\nexport VIRTUAL_ENV\n");
        File.CreateSymbolicLink(folder.At("venv", "bin", "python"), "/bin/sh");
        File.CreateSymbolicLink(folder.At("venv", "bin", "python3"), "python");
        folder.Write("venv/pyvenv.cfg", "home = /bin\nversion_info = 3.12.1\n");
    }

    private string Root => folder.At("venv");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Finds_nothing_wrong_with_what_is_whole() => Assert.Empty(new EnvironmentExamination(Root).Run());

    [Fact]
    public void Names_what_is_wrong_with_the_configuration()
    {
        folder.Write("venv/pyvenv.cfg", "version_info = 3.12.1\n");
        Assert.Equal(["config-without-home"], Codes());
        folder.Write("venv/pyvenv.cfg", "home = /nowhere/at/all\n");
        Assert.Equal(["home-missing", "config-without-version"], Codes());
        File.Delete(folder.At("venv", "pyvenv.cfg"));
        Assert.Equal(["config-missing"], Codes());
    }

    [Fact]
    public void Names_what_is_wrong_with_the_interpreter()
    {
        var python = folder.At("venv", "bin", "python");
        File.Delete(python);
        Assert.Equal(["interpreter-missing"], Codes());
        File.CreateSymbolicLink(python, "/nowhere/python");
        Assert.Equal(["interpreter-link-broken"], Codes());
        File.Delete(python);
        File.CreateSymbolicLink(python, "python");
        Assert.Equal(["interpreter-link-loop"], Codes());
        File.Delete(python);
        File.WriteAllText(python, "");
        Assert.Equal(["interpreter-not-executable"], Codes());
        File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(["interpreter-empty"], Codes());
    }

    [Fact]
    public void Names_aliases_scripts_and_links_that_are_wrong()
    {
        File.Delete(folder.At("venv", "bin", "python3"));
        Assert.Equal(["interpreter-alias-missing"], Codes());
        File.CreateSymbolicLink(folder.At("venv", "bin", "python3"), "/bin/cat");
        Assert.Equal(["interpreter-alias-elsewhere"], Codes());
        File.Delete(folder.At("venv", "bin", "python3"));
        File.CreateSymbolicLink(folder.At("venv", "bin", "python3"), "python");
        File.Delete(folder.At("venv", "bin", "activate"));
        Assert.Equal(["activation-script-missing"], Codes());
        folder.Write("venv/bin/activate", "VIRTUAL_ENV=\"/elsewhere/venv\"\n");
        Assert.Equal(["environment-moved"], Codes());
        folder.Write("venv/bin/activate", $"VIRTUAL_ENV='{Root}'\n");
        File.CreateSymbolicLink(folder.At("venv", "lib64"), "nowhere");
        Assert.Equal(["lib64-broken"], Codes());
    }

    [Fact]
    public void Names_what_unfinished_runs_left()
    {
        Directory.CreateDirectory(folder.At("venv", ".krait-stage"));
        folder.Write("venv/.krait-new-0123", "");
        Assert.Equal(["unfinished-file", "unfinished-change"], Codes());
    }

    [Fact]
    public void Takes_no_other_folder_for_an_environment()
    {
        Assert.True(EnvironmentExamination.LooksLikeOne(Root));
        Directory.CreateDirectory(folder.At("project", "lib"));
        folder.Write("project/bin/tool", "");
        Assert.False(EnvironmentExamination.LooksLikeOne(folder.At("project")));
        Assert.False(EnvironmentExamination.LooksLikeOne(folder.At("missing")));
    }

    private string[] Codes() => [.. new EnvironmentExamination(Root).Run().Select(damage => damage.Code)];
}
