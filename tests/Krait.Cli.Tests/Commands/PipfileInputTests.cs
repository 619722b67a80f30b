namespace Krait.Cli.Tests.Commands;

/// <summary>A Pipfile and its lock as inputs of `krait pip`.</summary>
public sealed class PipfileInputTests : IDisposable
{
    private readonly CommandLine line = new();

    public PipfileInputTests()
    {
        line.Index.Add("app", "1.0", "dep").Add("app", "2.0", "dep").Add("dep", "1.0").Add("tool", "1.0");
        line.Write(
            "Pipfile",
            $"""
            [[source]]
            name = "main"
            url = "{line.Index.Url}"
            verify_ssl = true

            [packages]
            app = "<2"
            tool = {"{"} version = "*", markers = "sys_platform == 'nowhere'" {"}"}

            [dev-packages]
            extra = "*"
            """
        );
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Prunes_what_a_Pipfile_does_not_ask_for()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install tool")).Succeeded();
        (await line.TypeAsync("pip install --prune -r Pipfile")).Succeeded();
        Assert.Equal(["app==1.0", "dep==1.0"], (await line.TypeAsync("pip freeze")).Succeeded().Pins());
    }

    [Fact]
    public async Task Compiles_a_Pipfile()
    {
        var answer = (await line.TypeAsync("pip compile Pipfile --no-header")).Succeeded();
        Assert.Equal("app==1.0\n    # via -r Pipfile\ndep==1.0\n    # via app\n", answer.Output);
    }

    [Fact]
    public async Task Takes_a_package_from_the_source_that_it_names()
    {
        using var other = new Krait.Testing.FakeIndex();
        other.Add("app", "9.0");
        line.Write(
            "Pipfile",
            $"""
            [[source]]
            name = "main"
            url = "{line.Index.Url}"
            [[source]]
            name = "other"
            url = "{other.Url}"
            [packages]
            app = {"{"} version = "*", index = "other" {"}"}
            dep = "*"
            """
        );
        Assert.Equal(["app==9.0", "dep==1.0"], (await line.TypeAsync("pip compile Pipfile")).Succeeded().Pins());
        Assert.DoesNotContain(other.Paths, path => path.Contains("/dep/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[packages]\napp = 3\n", "`app`", "integer")]
    [InlineData("[packages]\napp = { index = 'lost' }\n", "`app`", "`lost`")]
    [InlineData("[packages]\napp = '=>1'\n", "Pipfile", "=>1")]
    [InlineData("[packages\n", "Pipfile:1", "]")]
    public async Task Refuses_a_Pipfile_that_is_wrong(string text, string subject, string reason)
    {
        line.Write("Pipfile", text);
        (await line.TypeAsync("pip compile Pipfile")).Failed(2, subject, reason);
    }

    [Fact]
    public async Task Verifies_what_a_lock_lists()
    {
        var hash = new string('0', 64);
        line.Write(
            "Pipfile.lock",
            $$"""
            {
                "_meta": { "hash": { "sha256": "x" }, "sources": [{ "name": "main", "url": "{{line.Index.Url}}", "verify_ssl": true }] },
                "default": { "dep": { "hashes": ["sha256:{{hash}}"], "index": "main", "version": "==1.0" } },
                "develop": {}
            }
            """
        );
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install -r Pipfile.lock")).Failed(1, "`dep==1.0`", "required hashes");
        line.Write("Pipfile.lock", "{\n");
        (await line.TypeAsync("pip install -r Pipfile.lock")).Failed(2, "Pipfile.lock:2", "pipenv lock");
    }

    [Fact]
    public async Task Says_that_a_Pipfile_has_another_name()
    {
        File.Move(line.At("Pipfile"), line.At("a.txt"));
        (await line.TypeAsync("pip compile a.txt")).Failed(2, "must be named `Pipfile`");
    }
}
