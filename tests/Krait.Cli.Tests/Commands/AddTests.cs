namespace Krait.Cli.Tests.Commands;

public sealed class AddTests
{
    private const string Manifest =
        "[project]\nname = \"edited\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = []\n";

    [Fact]
    public async Task What_was_chosen_becomes_the_bound_and_removing_it_restores_the_file()
    {
        using var line = Project(Manifest);
        line.Index.Add("amber", "1.4.2", "cobalt").Add("cobalt", "2.0");
        (await line.TypeAsync("add amber")).Succeeded();
        Assert.Contains("\"amber>=1.4.2\"", line.Read("pyproject.toml"), StringComparison.Ordinal);
        Assert.Equal(["amber==1.4.2", "cobalt==2.0"], await line.InstalledAsync());
        (await line.TypeAsync("lock --check")).Succeeded();
        (await line.TypeAsync("remove amber")).Succeeded();
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
        Assert.Empty(await line.InstalledAsync());
    }

    [Theory]
    [InlineData("add nowhere", "nowhere")]
    [InlineData("add amber nowhere", "nowhere")]
    [InlineData("add amber>=9", "amber")]
    [InlineData("add --locked amber", "lock")]
    public async Task A_failure_leaves_everything_as_it_was(string command, string says)
    {
        using var line = Project(Manifest);
        line.Index.Add("amber", "1.4.2");
        (await line.TypeAsync("lock")).Succeeded();
        var locked = line.Read("pylock.toml");
        (await line.TypeAsync(command)).Failed(1, says);
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
        Assert.Equal(locked, line.Read("pylock.toml"));
        Assert.False(File.Exists(line.At(".krait-undo")));
    }

    [Fact]
    public async Task A_failing_installation_leaves_manifest_and_lock_as_they_were()
    {
        using var line = Project(Manifest);
        line.Index.AddFile("amber", "amber-1.0-py3-none-any.whl", "not a wheel"u8.ToArray());
        var answer = await line.TypeAsync("add amber==1.0");
        Assert.NotEqual(0, answer.Code);
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
        Assert.False(File.Exists(line.At("pylock.toml")));
        Assert.False(File.Exists(line.At(".krait-undo")));
    }

    [Theory]
    [InlineData("add")]
    [InlineData("add --dev --optional web amber")]
    [InlineData("add --rev x --tag y git+https://x.example/r")]
    [InlineData("add --workspace --no-workspace amber")]
    [InlineData("add amber=>1")]
    [InlineData("add --package absent amber")]
    [InlineData("add edited")]
    [InlineData("add --tag v1 amber")]
    [InlineData("add -m nonsense amber")]
    public async Task Refuses_what_cannot_be_used(string command)
    {
        using var line = Project(Manifest);
        Assert.Equal(2, (await line.TypeAsync(command)).Code);
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
    }

    [Theory]
    [InlineData(
        "add --frozen --dev lib@git+https://x.example/a/lib@v1#subdirectory=sub",
        "lib = { git = \"https://x.example/a/lib\", subdirectory = \"sub\", rev = \"v1\" }"
    )]
    [InlineData(
        "add --frozen --tag v2 lib@git+ssh://git@x.example/a/lib",
        "lib = { git = \"ssh://git@x.example/a/lib\", tag = \"v2\" }"
    )]
    [InlineData(
        "add --frozen lib@https://x.example/lib-1.0.tar.gz",
        "lib = { url = \"https://x.example/lib-1.0.tar.gz\" }"
    )]
    [InlineData(
        "add --frozen https://x.example/lib-1.0-py3-none-any.whl",
        "lib = { url = \"https://x.example/lib-1.0-py3-none-any.whl\" }"
    )]
    [InlineData("add --frozen --index own=https://me:pw@x.example/simple lib", "url = \"https://x.example/simple\"")]
    [InlineData("add --frozen --no-workspace --editable ./lib", "lib = { path = \"lib\", editable = true }")]
    [InlineData("add --frozen ./lib", "lib = { workspace = true }")]
    public async Task Where_a_package_comes_from_is_a_source(string command, string source)
    {
        using var line = Project(Manifest);
        line.Write("lib/pyproject.toml", "[project]\nname = \"lib\"\nversion = \"1\"\n");
        (await line.TypeAsync(command)).Succeeded();
        Assert.Contains(source, line.Read("pyproject.toml"), StringComparison.Ordinal);
        Assert.Contains("\"lib\",", line.Read("pyproject.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_requirements_are_written_as_they_are()
    {
        using var line = Project(Manifest);
        (await line.TypeAsync("add --frozen --raw lib@https://x.example/lib-1.0.tar.gz")).Succeeded();
        Assert.Contains(
            "\"lib@https://x.example/lib-1.0.tar.gz\"",
            line.Read("pyproject.toml"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Removing_names_the_list_that_has_the_package()
    {
        using var line = Project(Manifest + "\n[dependency-groups]\ndocs = [\"basalt\"]\n");
        (await line.TypeAsync("remove basalt")).Failed(1, "basalt", "`docs`");
        (await line.TypeAsync("remove --frozen --group docs basalt")).Succeeded();
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
    }

    private static CommandLine Project(string manifest)
    {
        var line = new CommandLine();
        line.Write("pyproject.toml", manifest);
        return line;
    }
}
