namespace Krait.Cli.Tests.Commands;

public sealed class VersionTests
{
    private const string Manifest =
        "# top\n[project]\nname = \"My.App\"\nversion = '1.2.3' # now\nrequires-python = \">=3.9\"\n";

    [Fact]
    public async Task The_version_is_shown()
    {
        using var line = new CommandLine();
        line.Write("pyproject.toml", Manifest);
        Assert.Equal("my-app 1.2.3\n", (await line.TypeAsync("version")).Succeeded().Output);
        Assert.Equal("1.2.3\n", (await line.TypeAsync("version --short")).Succeeded().Output);
        var json = (await line.TypeAsync("version --output-format json")).Succeeded().Output;
        Assert.Contains("\"version\": \"1.2.3\"", json, StringComparison.Ordinal);
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
    }

    [Fact]
    public async Task Only_the_version_changes_in_the_file()
    {
        using var line = new CommandLine();
        line.Write("pyproject.toml", Manifest);
        var answer = (await line.TypeAsync("version --bump minor --bump rc --frozen")).Succeeded();
        Assert.Equal("my-app 1.2.3 => 1.3.0rc1\n", answer.Output);
        Assert.Equal(Manifest.Replace("1.2.3", "1.3.0rc1", StringComparison.Ordinal), line.Read("pyproject.toml"));
        (await line.TypeAsync("version 1.0 --frozen")).Succeeded();
        Assert.Contains("version = '1.0' # now", line.Read("pyproject.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_order_mark_stays()
    {
        using var line = new CommandLine();
        line.Write("pyproject.toml", "\uFEFF" + Manifest);
        (await line.TypeAsync("version 2 --frozen")).Succeeded();
        var bytes = await File.ReadAllBytesAsync(line.At("pyproject.toml"), TestContext.Current.CancellationToken);
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
    }

    [Theory]
    [InlineData("version nonsense --frozen", "nonsense")]
    [InlineData("version --bump sideways --frozen", "sideways")]
    [InlineData("version 4 --bump major --frozen", "--bump")]
    [InlineData("version 4 --locked --frozen", "--locked")]
    [InlineData("version --package absent", "absent")]
    [InlineData("version --bump alpha --frozen", "1.2.3a1")]
    public async Task Refuses_what_cannot_be_and_changes_nothing(string command, string says)
    {
        using var line = new CommandLine();
        line.Write("pyproject.toml", Manifest);
        (await line.TypeAsync(command)).Failed(2, says);
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
    }

    [Fact]
    public async Task A_dynamic_version_cannot_be_set()
    {
        using var line = new CommandLine();
        line.Write("pyproject.toml", "[project]\nname = \"a\"\ndynamic = [\"version\"]\n");
        (await line.TypeAsync("version 4 --frozen")).Failed(1, "dynamic");
    }
}
