using System.Text.Json;

namespace Krait.Cli.Tests.Commands;

/// <summary>What the inspecting commands say as JSON.</summary>
public sealed class JsonOutputTests : IDisposable
{
    private readonly CommandLine line = new();

    public JsonOutputTests()
    {
        line.Index.Add("tool", "3.0");
        line.Index.Add("tool", "4.0");
    }

    public void Dispose() => line.Dispose();

    private async Task<JsonElement> AskAsync(string words, int code = 0)
    {
        var answer = await line.TypeAsync(words);
        Assert.True(answer.Code == code, answer.Error);
        return JsonDocument.Parse(answer.Output).RootElement;
    }

    [Theory]
    [InlineData("--output-format")]
    [InlineData("--format")]
    public async Task Inspections_are_JSON(string option)
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install tool==3.0")).Succeeded();
        var shown = await AskAsync($"pip show {option} json tool");
        Assert.Equal("3.0", shown[0].GetProperty("version").GetString());
        var tree = await AskAsync($"pip tree {option} json");
        Assert.Equal("tool", tree.GetProperty("roots")[0].GetString());
        Assert.Equal("3.0", tree.GetProperty("packages")[0].GetProperty("version").GetString());
        Assert.True((await AskAsync($"pip check {option} json")).GetProperty("consistent").GetBoolean());
        var why = await AskAsync($"pip why {option} json tool");
        Assert.Equal("tool", why[0].GetProperty("name").GetString());
        var whyNot = await AskAsync($"pip why-not {option} json tool==4.0");
        Assert.True(whyNot.GetProperty("answer").GetString() is "chosen" or "possible");
        whyNot = await AskAsync($"pip why-not {option} json tool==5.0", code: 1);
        Assert.Equal("impossible", whyNot.GetProperty("answer").GetString());
    }

    [Fact]
    public async Task Uninstalling_lists_its_changes()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install tool==3.0")).Succeeded();
        var changes = await AskAsync("pip uninstall tool --output-format json");
        Assert.Equal("uninstalled", changes.GetProperty("changes")[0].GetProperty("action").GetString());
        Assert.Empty(
            (await AskAsync("pip uninstall tool --output-format json")).GetProperty("changes").EnumerateArray()
        );
    }

    [Fact]
    public async Task The_version_names_commit_and_platform() =>
        Assert.Matches(
            @"^krait \d+\.\d+\.\d+ \(([0-9a-f]{7,} \d{4}-\d\d-\d\d, )?\w+-(linux|macos|windows)\)\n$",
            (await line.TypeAsync("--version")).Succeeded().Output
        );
}
