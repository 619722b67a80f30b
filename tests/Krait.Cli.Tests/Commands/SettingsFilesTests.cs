using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>Mistakes in settings files, and which of several places counts.</summary>
public sealed class SettingsFilesTests : IDisposable
{
    private readonly CommandLine line = new();

    public SettingsFilesTests()
    {
        line.Index.Add("lib", "1.0").Add("lib", "1.1").Add("tool", "1.0");
        line.Write("a.in", "lib\n");
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("indexurl = 'https://x.example/'", 1, "`indexurl`", "`index-url`")]
    [InlineData("\n\nnonsense = 1", 3, "`nonsense`", "--no-config")]
    [InlineData("# mine\nindex-url = 3", 2, "`index-url`", "a string")]
    [InlineData("cache-dir = true", 1, "`cache-dir`", "a string")]
    [InlineData("\nfind-links = [3]", 2, "`find-links`", "a list of strings")]
    [InlineData("offline = 'yes'", 1, "`offline`", "true or false")]
    [InlineData("retries = 'often'", 1, "`retries`", "whole number")]
    [InlineData("timeout = []", 1, "`timeout`", "a number")]
    [InlineData("concurrent-downloads = 1.5", 1, "`concurrent-downloads`", "a number")]
    [InlineData("python-version = 3.12", 1, "`python-version`", "a string")]
    [InlineData("link-mode = 'hard'", 1, "`link-mode`", "hardlink")]
    [InlineData("index-url = 'packages.example.org/simple'", 1, "`index-url`", "https://packages.example.org/simple")]
    [InlineData("[pip]\nno-headr = true", 2, "`no-headr`", "`no-header`")]
    [InlineData("pip = 3", 1, "`pip`", "a table")]
    [InlineData("index = 'https://x.example/'", 1, "`index`", "a list of tables")]
    [InlineData("[[index]]\nname = 'a'\nurl = 'https://x.example/'\nexplcit = true", 4, "`explcit`", "`explicit`")]
    [InlineData("[[index]]\nname = 'a'", 1, "`index`", "`url`")]
    [InlineData("[[index]]\nurl = 'packages.example.org/simple'", 2, "https://packages.example.org/simple")]
    [InlineData("[sources]\nlib = { idnex = 'a' }", 2, "`idnex`", "`index`")]
    [InlineData("[sources]\nlib = 'a'", 2, "`lib`", "a table or a list of tables")]
    [InlineData("[workspace]\nmember = ['a']", 2, "`member`", "`members`")]
    [InlineData("constraint-dependencies = ['lib<2', 3]", 1, "`constraint-dependencies`", "a list of strings")]
    [InlineData("\nconstraint-dependencies = ['lib=2']", 2, "lib=2")]
    [InlineData("environments = ['no marker']", 1, "no marker")]
    [InlineData("conflicts = [{ extra = 'a' }]", 1, "`conflicts`", "a list of lists")]
    [InlineData("default-groups = 3", 1, "`default-groups`", "a list of strings or a string")]
    public async Task Names_the_line_of_a_mistake_and_what_was_meant(string text, int at, params string[] says)
    {
        line.Write("krait.toml", text + "\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, [$"krait.toml:{at}", .. says]);
        File.Delete(line.At("krait.toml"));
        var table = "tool.krait" + (text.StartsWith('[') ? "" : "]");
        var project =
            text.StartsWith("[[", StringComparison.Ordinal)
                ? text.Replace("[[", "[[tool.krait.", StringComparison.Ordinal)
            : text.StartsWith('[')
                ? text.Replace("[", "[tool.krait.", StringComparison.Ordinal)
                    .Replace("[tool.krait.'", "['", StringComparison.Ordinal)
            : $"[{table}\n{text}";
        line.Write("pyproject.toml", project + "\n");
        var shift = text.StartsWith('[') ? 0 : 1;
        (await line.TypeAsync("pip compile a.in")).Failed(2, [$"pyproject.toml:{at + shift}", .. says]);
        (await line.TypeAsync("pip compile a.in --no-config")).Succeeded();
    }

    [Fact]
    public async Task Reports_all_mistakes_of_a_file_at_once()
    {
        line.Write("krait.toml", "offlin = true\nindex-url = 3\n[pip]\nuniversal = 1\n");
        (await line.TypeAsync("pip list")).Failed(2, "krait.toml:1", "krait.toml:2", "krait.toml:4", "`universal`");
    }

    [Theory]
    [InlineData("pyproject.toml", "[tool.uv]\n")]
    [InlineData("uv.toml", "")]
    public async Task Accepts_what_uv_knows(string file, string head)
    {
        line.Write(
            file,
            head
                + """
                required-version = ">=0.5"
                system-certs = true
                preview = true
                preview-features = ["a"]
                python-preference = "system"
                python-downloads = "never"
                concurrent-downloads = 4
                concurrent-builds = 2
                concurrent-installs = 2
                no-build-isolation-package = ["x"]
                no-binary-package = ["x"]
                no-build-package = ["y"]
                publish-url = "https://x.example/"
                trusted-publishing = "never"
                cache-keys = [{ file = "x" }]
                default-groups = "all"
                managed = true
                package = false
                dev-dependencies = ["x"]
                audit = { ignore = ["a"] }
                add-bounds = "lower"
                resolution = "lowest"
                build-backend = { module-name = "x" }
                config-settings = { a = ["b"], c = "d" }
                config-settings-package = { x = { a = "b" } }
                extra-build-dependencies = { a = ["b"] }
                workspace = { members = ["a"] }
                """.Replace(
                    "workspace = { members = [\"a\"] }",
                    head.Length > 0 ? "workspace = { members = [] }" : "",
                    StringComparison.Ordinal
                )
        );
        var answer = (await line.TypeAsync("pip compile a.in")).Succeeded();
        Assert.Equal(["lib==1.0"], answer.Pins());
        Assert.DoesNotContain("warning", answer.Error);
        line.Write(file, head + "resolutoin = 'lowest'\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, $"{file}:", "`resolutoin`", "`resolution`");
    }

    [Fact]
    public async Task Says_that_a_key_of_uv_has_no_effect_in_a_file_of_its_own()
    {
        line.Write("krait.toml", "\npublish-url = 'https://x.example/'\n");
        Assert.Contains("krait.toml:2", (await line.TypeAsync("pip compile a.in")).Succeeded().Error);
    }

    [Fact]
    public async Task Merges_the_files_of_project_user_and_system()
    {
        line["XDG_CONFIG_DIRS"] = line.At("../none") + ":" + line.At("../etc");
        line.Write("../etc/krait/krait.toml", "resolution = 'lowest'\nno-header = true\nno-annotate = true\n");
        Assert.Equal("lib==1.0\n", (await line.TypeAsync("pip compile a.in")).Succeeded().Output);
        line.Write("../home/.config/krait/krait.toml", "resolution = 'highest'\nno-annotate = false\n");
        Assert.Equal("lib==1.1\n    # via -r a.in\n", (await line.TypeAsync("pip compile a.in")).Succeeded().Output);
        line.Write("krait.toml", "resolution = 'lowest'\n");
        Assert.Equal("lib==1.0\n    # via -r a.in\n", (await line.TypeAsync("pip compile a.in")).Succeeded().Output);
        line["UV_RESOLUTION"] = "highest";
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile a.in")).Pins());
        line["KRAIT_RESOLUTION"] = "lowest";
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Pins());
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile a.in --resolution highest")).Pins());
        line["KRAIT_RESOLUTION"] = line["UV_RESOLUTION"] = "";
        Assert.StartsWith("#", (await line.TypeAsync("pip compile a.in --no-config")).Output, StringComparison.Ordinal);
        line.Write("own.toml", "no-annotate = true\n");
        var named = (await line.TypeAsync("pip compile a.in --config-file own.toml")).Succeeded();
        Assert.StartsWith("#", named.Output, StringComparison.Ordinal);
        Assert.Equal(["lib==1.1"], named.Pins());
    }

    [Fact]
    public async Task Looks_for_the_user_s_file_where_the_user_s_files_are()
    {
        line["XDG_CONFIG_HOME"] = line.At("../own");
        line.Write("../own/krait/krait.toml", "resolution = 'lowest'\n");
        line.Write("../home/.config/krait/krait.toml", "resolution = 'highest'\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Pins());
        line.Write("../own/krait/krait.toml", "\nresolutin = 'lowest'\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "own/krait/krait.toml:2", "`resolution`");
        line["KRAIT_NO_CONFIG"] = "1";
        (await line.TypeAsync("pip compile a.in")).Succeeded();
        line["KRAIT_NO_CONFIG"] = "";
        line["KRAIT_CONFIG_FILE"] = line.At("gone.toml");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "gone.toml", "KRAIT_CONFIG_FILE");
    }

    [Fact]
    public async Task Continues_lists_of_nearer_files_and_starts_paths_from_the_file()
    {
        line["KRAIT_INDEX_URL"] = "";
        line.WriteWheel(new WheelBuilder("near", "1.0"));
        line.WriteWheel(new WheelBuilder("far", "1.0"));
        Directory.CreateDirectory(line.At("wheels"));
        Directory.CreateDirectory(line.At("../home/.config/krait/wheels"));
        File.Move(line.At("near-1.0-py3-none-any.whl"), line.At("wheels/near-1.0-py3-none-any.whl"));
        File.Move(
            line.At("far-1.0-py3-none-any.whl"),
            line.At("../home/.config/krait/wheels/far-1.0-py3-none-any.whl")
        );
        line.Write("krait.toml", "find-links = ['wheels']\nno-index = true\nconstraint = ['c.txt']\n");
        line.Write("c.txt", "near<2\n");
        line.Write("../home/.config/krait/krait.toml", "find-links = ['wheels']\n");
        line.Write("deep/er/b.in", "near\nfar\n");
        var answer = await line.TypeAsync("--directory", line.At("deep/er"), "pip", "compile", "b.in");
        Assert.Equal(["far==1.0", "near==1.0"], answer.Succeeded().Pins());
    }

    [Theory]
    [InlineData("--index-url packages.example.org/simple", "`--index-url`")]
    [InlineData("--extra-index-url packages.example.org", "`--extra-index-url`")]
    [InlineData("--index own=packages.example.org/simple", "`--index`")]
    [InlineData("--default-index localhost:8080/simple", "`--default-index`")]
    public async Task Refuses_an_index_without_a_scheme(string words, string option)
    {
        (await line.TypeAsync("pip compile a.in " + words)).Failed(2, option, "https://");
        line["KRAIT_INDEX_URL"] = "packages.example.org/simple";
        (await line.TypeAsync("pip compile a.in")).Failed(2, "`KRAIT_INDEX_URL`", "https://");
        Directory.CreateDirectory(line.At("packages.example.org/simple"));
        (await line.TypeAsync("pip compile a.in")).Failed(1, "lib");
    }

    [Fact]
    public async Task Takes_variables_of_uv_where_its_own_are_not_set()
    {
        line["KRAIT_INDEX_URL"] = "";
        line["UV_INDEX_URL"] = line.Index.Url;
        line["UV_CONSTRAINT"] = line.Write("c.txt", "lib<1.1\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["UV_HTTP_RETRIES"] = "often";
        (await line.TypeAsync("pip compile a.in")).Failed(2, "`UV_HTTP_RETRIES`", "often");
        line["KRAIT_HTTP_RETRIES"] = "0";
        (await line.TypeAsync("pip compile a.in")).Succeeded();
        line["UV_OFFLINE"] = "perhaps";
        (await line.TypeAsync("pip compile a.in")).Failed(2, "`UV_OFFLINE`", "perhaps");
        line["UV_OFFLINE"] = "";
        line["UV_NO_BINARY"] = "1";
        (await line.TypeAsync("pip compile a.in")).Failed(1, "lib");
        line["UV_NO_BINARY"] = "false";
        (await line.TypeAsync("pip compile a.in")).Succeeded();
        line["KRAIT_CACHE_DIR"] = "";
        line["UV_CACHE_DIR"] = line.At("../caches");
        Assert.Equal(Path.GetFullPath(line.At("../caches/krait")), (await line.TypeAsync("cache dir")).Output.Trim());
    }

    [Fact]
    public async Task Reads_no_file_and_no_input_that_nobody_can_have_written()
    {
        using (var file = File.Create(line.At("krait.toml")))
            file.SetLength(65L * 1024 * 1024);
        (await line.TypeAsync("pip compile a.in")).Failed(2, "krait.toml", "64 MiB");
        using var endless = new MemoryStream(new byte[100_000]);
        var failure = await Assert.ThrowsAsync<Krait.Packaging.Text.KraitException>(() =>
            StandardInput.ReadAsync(endless, 70_000, TestContext.Current.CancellationToken)
        );
        Assert.Contains("standard input", failure.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--project", "inner")]
    [InlineData("--project", "inner/pyproject.toml")]
    [InlineData("KRAIT_PROJECT", "inner")]
    public async Task A_project_has_its_settings_from_wherever_it_is_used(string how, string project)
    {
        const string Manifest = "[project]\nname = 'inner'\nversion = '1'\ndependencies = ['lib']\n";
        line.Write("inner/pyproject.toml", Manifest + "[tool.krait]\nresolution = 'lowest'\n");
        line.Write("krait.toml", "resolution = 'highest'\n");
        if (how is "KRAIT_PROJECT")
            line[how] = project;
        (await line.TypeAsync(how is "KRAIT_PROJECT" ? ["lock"] : ["lock", how, project])).Succeeded();
        Assert.Contains("version = \"1.0\"", line.Read("inner/pylock.toml"), StringComparison.Ordinal);
        line["KRAIT_PROJECT"] = "";
        (await line.TypeAsync("lock --check --directory inner")).Succeeded();

        // Commands that know no project have the settings of the directory they run in.
        line["KRAIT_PROJECT"] = "inner";
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
    }
}
