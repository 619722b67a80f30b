using System.Text.Json;
using Krait.Testing;

namespace Krait.EndToEnd;

/// <summary>`bench/packages/install_many.py`: every package of a list is tried, whatever becomes of the others.</summary>
public sealed class InstallManyTests : IDisposable
{
    private readonly FakeIndex index = new();
    private readonly Sandbox sandbox = new();

    public InstallManyTests()
    {
        index.Add("good", "1.0", "lib").Add("lib", "1.0").Add("alone", "2.0");
        index.Add("unsolvable", "1.0", "lib>=2").Add("incomplete", "1.0", "nowhere");
        index.Add("first", "1.0", "lib==1.0").Add("second", "1.0", "lib==1.0");
    }

    public void Dispose()
    {
        sandbox.Dispose();
        index.Dispose();
    }

    [Fact]
    public async Task Each_package_is_found_missing_installed_or_failed_by_a_cause()
    {
        sandbox.Write("names.txt", "# names\ngood\nAlone # one\nmissing\nunsolvable\nincomplete\ngood\n");
        var run = (await RunAsync("--names", "names.txt", "--json", "done.json")).Succeeded();
        Assert.StartsWith(
            "2 found, 1 missing, 2 installed (3 with dependencies, 0 built), 2 failed",
            run.Output,
            StringComparison.Ordinal
        );
        using var done = await ReadAsync();
        Assert.Equal(["good", "alone"], Texts(done, "found"));
        Assert.Equal(["missing"], Texts(done, "missing"));
        Assert.Equal(["good", "alone"], Texts(done, "installed"));
        Assert.Equal(3, done.RootElement.GetProperty("packages").GetInt32());
        Assert.Equal(0, done.RootElement.GetProperty("built").GetInt32());
        Assert.Equal("no-solution", Cause(done, "unsolvable"));
        Assert.Equal("missing dependency", Cause(done, "incomplete"));
    }

    [Fact]
    public async Task A_chunk_that_cannot_be_installed_together_is_installed_one_by_one()
    {
        index.Add("old", "1.0", "lib<1").Add("lib", "0.9");
        sandbox.Write("names.txt", "old\nfirst\nalone\n");
        (await RunAsync("--names", "names.txt", "--chunk", "2", "--json", "done.json")).Succeeded();
        using var done = await ReadAsync();
        Assert.Equal(["old", "first", "alone"], Texts(done, "installed"));
        var failed = done.RootElement.GetProperty("failed_chunks").EnumerateObject();
        Assert.Equal("1", Assert.Single(failed).Name);
    }

    [Fact]
    public async Task A_published_list_is_taken_from_its_address()
    {
        index.On("/top.json", _ => new FakeReply(200, """{"rows": [{"project": "good"}, {"project": "Alone"}]}"""));
        var run = (await RunAsync("--names", new Uri(new Uri(index.Url), "/top.json").AbsoluteUri)).Succeeded();
        Assert.StartsWith("2 found, 0 missing, 2 installed", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "cannot read the list")]
    [InlineData("", "is empty")]
    [InlineData("# nothing\n\n", "is empty")]
    [InlineData("good\nnot a name\n", "names.txt:2")]
    [InlineData("{\"rows\": [{\"name\": \"good\"}]}", "no `rows` with a `project` each")]
    [InlineData("{\"rows\": [", "cannot read the list")]
    public async Task A_list_that_cannot_be_used_ends_the_run_before_it_begins(string? text, string message)
    {
        if (text is not null)
            sandbox.Write("names.txt", text);
        var run = await RunAsync("--names", "names.txt");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Contains("--names", run.Error, StringComparison.Ordinal);
        Assert.Empty(index.Requests);
    }

    private Task<Run> RunAsync(params string[] options)
    {
        var script = Path.Combine(Machine.Root, "bench", "packages", "install_many.py");
        string[] words = [script, "--krait", Machine.Krait, "--index", index.Url, "--tasks", "4", .. options];
        return sandbox.ProgramAsync(Machine.RequirePython("3.12"), words);
    }

    private async Task<JsonDocument> ReadAsync() =>
        JsonDocument.Parse(await File.ReadAllTextAsync(sandbox.At("done.json"), TestContext.Current.CancellationToken));

    private static string?[] Texts(JsonDocument done, string key) =>
        [.. done.RootElement.GetProperty(key).EnumerateArray().Select(one => one.GetString())];

    private static string? Cause(JsonDocument done, string name) =>
        done.RootElement.GetProperty("failed").GetProperty(name).GetProperty("cause").GetString();
}
