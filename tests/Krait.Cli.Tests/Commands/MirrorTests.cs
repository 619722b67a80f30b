using System.Text;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>An index that the settings of a user call a mirror of another is asked in its place, and leaves no trace in the lock.</summary>
public sealed class MirrorTests : IDisposable
{
    private readonly CommandLine line = new();
    private readonly FakeIndex mirror = new();

    public MirrorTests()
    {
        foreach (var index in (FakeIndex[])[line.Index, mirror])
            index.Add("lib", "1.0", "part").Add("part", "2.0");
        line.Write(
            "pyproject.toml",
            "[project]\nname = 'app'\nversion = '1'\nrequires-python = '>=3.9'\ndependencies = ['lib']\n"
        );
    }

    public void Dispose()
    {
        mirror.Dispose();
        line.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("name = 'own'\ndefault = true\n")]
    [InlineData("name = 'own'\nexplicit = true\n")]
    public async Task A_first_lock_is_the_same_byte_for_byte(string stated)
    {
        if (stated.Length > 0)
        {
            line["KRAIT_INDEX_URL"] = "";
            var source = stated.Contains("explicit", StringComparison.Ordinal)
                ? "[tool.krait.sources]\nlib = { index = 'own' }\npart = { index = 'own' }\n"
                : "";
            line.Append("pyproject.toml", $"{source}[[tool.krait.index]]\n{stated}url = '{line.Index.Url}'\n");
            var manifest = line.Read("pyproject.toml");
            if (source.Length > 0)
                line.Write("pyproject.toml", manifest.Replace("'lib'", "'lib', 'part'", StringComparison.Ordinal));
        }

        (await line.TypeAsync("lock")).Succeeded();
        var text = line.Read("pylock.toml");
        Assert.Contains(line.Index.Url, text, StringComparison.Ordinal);
        File.Delete(line.At("pylock.toml"));
        UseMirror();
        var asked = line.Index.Requests.Count;

        (await line.TypeAsync("lock")).Succeeded();

        Assert.Equal(text, line.Read("pylock.toml"));
        (await line.TypeAsync("lock --check")).Succeeded();
        Assert.Equal(asked, line.Index.Requests.Count);
    }

    [Fact]
    public async Task A_locked_file_is_fetched_from_the_mirror()
    {
        await LockAndUseMirrorAsync();
        var text = line.Read("pylock.toml");
        var asked = line.Index.Requests.Count;

        (await line.TypeAsync("sync --locked")).Succeeded();

        Assert.Equal(asked, line.Index.Requests.Count);
        Assert.NotEmpty(mirror.Requests);
        Assert.Equal(text, line.Read("pylock.toml"));
        Assert.Equal("lib==1.0\npart==2.0\n", (await line.TypeAsync("pip freeze")).Succeeded().Output);
    }

    [Fact]
    public async Task A_mirror_may_have_its_files_elsewhere()
    {
        await LockAndUseMirrorAsync();
        var text = line.Read("pylock.toml");
        MoveFiles(name => mirror.Content(name));
        var asked = line.Index.Requests.Count;

        (await line.TypeAsync("sync --locked")).Succeeded();

        Assert.Equal(asked, line.Index.Requests.Count);
        Assert.Equal(text, line.Read("pylock.toml"));
        Assert.Equal("lib==1.0\npart==2.0\n", (await line.TypeAsync("pip freeze")).Succeeded().Output);
    }

    [Fact]
    public async Task A_file_of_the_same_name_is_not_enough()
    {
        await LockAndUseMirrorAsync();
        MoveFiles(name => new WheelBuilder(name.Split('-')[0], name.Split('-')[1]).File("other.py", "1\n").Build());
        (await line.TypeAsync("sync --locked")).Failed(1, "/kept/deep/");
        Assert.Equal("", (await line.TypeAsync("pip freeze")).Succeeded().Output);
    }

    [Fact]
    public async Task What_a_mirror_does_not_have_is_said_to_be_missing()
    {
        await LockAndUseMirrorAsync();
        mirror.Remove("part", "2.0");
        (await line.TypeAsync("sync --locked")).Failed(1, "part-2.0-py3-none-any.whl", "404");
    }

    /// <summary>The pages of the mirror name other addresses, at which it has these files.</summary>
    private void MoveFiles(Func<string, byte[]> contentOf)
    {
        foreach (
            var (project, file) in ((string, string)[])
                [("lib", "lib-1.0-py3-none-any.whl"), ("part", "part-2.0-py3-none-any.whl")]
        )
        {
            var content = contentOf(file);
            var page = Encoding
                .UTF8.GetString(mirror.Page(project))
                .Replace("../../files/", "../../kept/deep/", StringComparison.Ordinal);
            mirror.On(
                FakeIndex.PagePath(project),
                _ => new FakeReply(200, page, ("Content-Type", "application/vnd.pypi.simple.v1+json"))
            );
            mirror.On(FakeIndex.FilePath(file), _ => new FakeReply(404, "not here"));
            mirror.On("/kept/deep/" + file, _ => new FakeReply(200, content));
        }
    }

    [Fact]
    public async Task A_mirror_of_something_else_is_not_asked()
    {
        line.Write(
            "../home/.config/krait/krait.toml",
            $"[[index]]\nurl = '{mirror.Url}'\nmirror-of = 'https://other.example/simple/'\n"
        );
        (await line.TypeAsync("lock")).Succeeded();
        Assert.Empty(mirror.Requests);
    }

    [Theory]
    [InlineData("default = true\nmirror-of = 'https://x.example/'", "takes the place of another")]
    [InlineData("mirror-of = './folder'", "must be URLs of indexes")]
    [InlineData("mirror-of = 3", "a string")]
    public async Task What_cannot_be_a_mirror_is_refused(string stated, string message)
    {
        line.Write("krait.toml", $"[[index]]\nurl = 'https://mirror.example/'\n{stated}\n");
        (await line.TypeAsync("lock")).Failed(2, "krait.toml", message);
    }

    private async Task LockAndUseMirrorAsync()
    {
        (await line.TypeAsync("lock")).Succeeded();
        await line.WithEnvironmentAsync();
        UseMirror();
    }

    /// <summary>Another machine: its cache is empty, and its user has a mirror.</summary>
    private void UseMirror()
    {
        line["KRAIT_CACHE_DIR"] = line.At("../other-cache");
        line.Write(
            "../home/.config/krait/krait.toml",
            $"[[index]]\nurl = '{mirror.Url}'\nmirror-of = '{line.Index.Url}'\n"
        );
    }
}
