namespace Krait.Cli.Tests.Parsing;

/// <summary>Help and the version are answered whatever else is missing or wrong.</summary>
public sealed class HelpRequestTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("pip why")]
    [InlineData("pip why a b c")]
    [InlineData("pip uninstall --nonsense")]
    [InlineData("pip install --resolution wrong")]
    [InlineData("--directory /nowhere/at/all pip list")]
    public async Task Is_answered(string words)
    {
        foreach (var option in new[] { "--help", "-h" })
            Assert.Contains("Usage: krait pip ", (await line.TypeAsync($"{words} {option}")).Succeeded().Output);
        foreach (var option in new[] { "--version", "-V" })
            Assert.StartsWith("krait ", (await line.TypeAsync($"{words} {option}")).Succeeded().Output);
    }

    [Fact]
    public async Task Is_an_argument_behind_two_dashes() =>
        (await line.TypeAsync("pip why -- --help")).Failed(2, "--help");
}
