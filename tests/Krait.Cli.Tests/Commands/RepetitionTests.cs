using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>A command that was run before: what it will ask for is known, and is asked for at once.</summary>
public sealed class RepetitionTests : IDisposable
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CommandLine line = new();
    private readonly TaskCompletionSource allAreAsked = new();

    public RepetitionTests() =>
        line.Index.Add("a", "1.0", "b").Add("b", "1.0", "c").Add("c", "1.0", "d").Add("d", "1.0");

    [Fact]
    public async Task Outdated_pages_are_asked_for_together()
    {
        line.Index.CacheControl = "no-cache";
        line.Write("requirements.in", "a\n");
        var first = (await line.TypeAsync("pip compile requirements.in")).Succeeded();
        line.Index.ClearLog();
        var held = HoldAnswersUntilAllIsAsked();

        var second = (await line.TypeAsync("pip compile requirements.in")).Succeeded();

        Assert.Same(allAreAsked.Task, await held);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(Names.Select(FakeIndex.PagePath), line.Index.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pages_are_asked_for_together_for_an_installation_too()
    {
        await line.WithEnvironmentAsync();
        line.Index.CacheControl = "no-cache";
        (await line.TypeAsync("pip install a")).Succeeded();
        (await line.TypeAsync("pip uninstall --yes a b c d")).Succeeded();
        var held = HoldAnswersUntilAllIsAsked();

        (await line.TypeAsync("pip install a")).Succeeded();

        Assert.Same(allAreAsked.Task, await held);
        Assert.Equal(["a==1.0", "b==1.0", "c==1.0", "d==1.0"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("requirements.txt", "")]
    [InlineData("requirements.txt", "--upgrade")]
    [InlineData("pylock.toml", "--universal")]
    public async Task The_pages_of_earlier_pins_are_asked_for_together(string output, string option)
    {
        line.Write("requirements.in", "a\n");
        var compile = $"pip compile requirements.in -o {output} {option}";
        (await line.TypeAsync(compile)).Succeeded();
        var pins = line.Read(output);
        var held = HoldAnswersUntilAllIsAsked();

        (await line.TypeAsync($"{compile} --cache-dir {line.At("empty")}")).Succeeded();

        Assert.Same(allAreAsked.Task, await held);
        Assert.Equal(pins.Replace($" --cache-dir {line.At("empty")}", ""), line.Read(output));
    }

    [Fact]
    public async Task An_earlier_pin_that_is_gone_changes_nothing()
    {
        line.Write("requirements.in", "a\n");
        line.Write("requirements.txt", "a==1.0\nbroken==1.0\ngone==1.0\n");
        line.Index.On(FakeIndex.PagePath("broken"), _ => new FakeReply(500, "no"));
        line["KRAIT_HTTP_RETRIES"] = "0";

        var answer = (await line.TypeAsync("pip compile requirements.in -o requirements.txt --no-header")).Succeeded();

        Assert.DoesNotContain("broken", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("gone", line.Read("requirements.txt"), StringComparison.Ordinal);
    }

    public void Dispose() => line.Dispose();

    /// <summary>Who asks for one page after the other waits until patience ends.</summary>
    private Task<Task> HoldAnswersUntilAllIsAsked()
    {
        var missing = Names.Length;
        var held = Task.WhenAny(
            allAreAsked.Task,
            Task.Delay(Patience, TimeProvider.System, TestContext.Current.CancellationToken)
        );
        foreach (var path in Names.Select(FakeIndex.PagePath))
        {
            line.Index.On(
                path,
                _ =>
                {
                    if (Interlocked.Decrement(ref missing) == 0)
                        allAreAsked.SetResult();
                    return null;
                }
            );
            line.Index.Hold(path, held);
        }

        return held;
    }
}
