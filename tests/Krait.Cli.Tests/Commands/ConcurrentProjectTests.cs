using Krait.Platform.Locks;

namespace Krait.Cli.Tests.Commands;

/// <summary>Commands that work on one project at the same time.</summary>
public sealed class ConcurrentProjectTests : IDisposable
{
    private const string Manifest =
        "[project]\nname = \"edited\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber\"]\n";

    private readonly CommandLine line = new();

    public ConcurrentProjectTests()
    {
        line.Index.Add("amber", "1.0").Add("flint", "2.0").Add("cobalt", "3.0");
        line.Write("pyproject.toml", Manifest);
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task All_of_them_end_right()
    {
        string[] commands = ["lock", "add flint", "sync", "add cobalt", "run python -c 1", "export", "tree", "lock"];
        var answers = await Task.WhenAll(commands.Select(command => Task.Run(() => line.TypeAsync(command))));
        foreach (var answer in answers)
            answer.Succeeded();
        (await line.TypeAsync("lock --check")).Succeeded();
        (await line.TypeAsync("sync --check")).Succeeded();
        Assert.Contains("\"flint>=2.0\"", line.Read("pyproject.toml"), StringComparison.Ordinal);
        Assert.Contains("\"cobalt>=3.0\"", line.Read("pyproject.toml"), StringComparison.Ordinal);
        Assert.Equal(["amber==1.0", "cobalt==3.0", "flint==2.0"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("sync")]
    [InlineData("run true")]
    [InlineData("export")]
    [InlineData("add flint")]
    public async Task Whoever_waits_says_so_and_goes_on(string command)
    {
        var held = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(held);
        var waiting = Task.Run(() => line.TypeAsync(command));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        // What changes meanwhile counts.
        line.Write("pyproject.toml", Manifest.Replace("amber", "cobalt", StringComparison.Ordinal));
        held.Dispose();
        var answer = (await waiting).Succeeded();
        Assert.Contains("waiting for", answer.Error, StringComparison.Ordinal);
        Assert.Contains("name = \"cobalt\"", line.Read("pylock.toml"), StringComparison.Ordinal);
        Assert.DoesNotContain("name = \"amber\"", line.Read("pylock.toml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock --check")]
    [InlineData("lock --dry-run")]
    [InlineData("export --frozen")]
    [InlineData("tree --locked")]
    [InlineData("sync --dry-run")]
    [InlineData("run --no-sync true")]
    [InlineData("run --isolated --frozen true")]
    [InlineData("run --isolated --locked true")]
    public async Task Whoever_changes_nothing_waits_for_nobody(string command)
    {
        (await line.TypeAsync("sync")).Succeeded();
        using var held = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(held);
        (await line.TypeAsync(command)).Succeeded();
    }

    [Fact]
    public async Task A_change_that_cannot_be_undone_keeps_nobody_out()
    {
        line.Write(".krait-undo", "[{\"path\": \"there\", \"content\": null}]");
        Directory.CreateDirectory(line.At("there"));
        (await line.TypeAsync("lock")).Failed(1, "there");
        using var held = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(held);
    }

    [Fact]
    public async Task The_wait_has_an_end()
    {
        using var held = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(held);
        (await line.TypeAsync("lock --lock-timeout 1")).Failed(1, "was not free within 1 s");
    }
}
