using Krait.Platform.Locks;
using Krait.Testing;

namespace Krait.Cli.Tests.Rendering;

/// <summary>Commands on a terminal show what is under way for as long as something is.</summary>
public sealed class LiveProgressTests : IDisposable
{
    private readonly CommandLine line = new();
    private readonly TaskCompletionSource released = new();

    public LiveProgressTests() => line.Index.Add("amber", "1.0").Add("flint", "2.0");

    public void Dispose()
    {
        released.TrySetResult();
        line.Dispose();
    }

    [Fact]
    public async Task An_installation_shows_that_it_resolves()
    {
        await line.WithEnvironmentAsync();
        line.Index.Hold(FakeIndex.PagePath("amber"), released.Task);
        var screen = new ScreenText();
        var typed = line.TypeOnTerminalAsync("pip install amber", screen);
        await screen.ShowsAsync("Resolving dependencies");
        released.SetResult();
        (await typed).Succeeded();
    }

    [Fact]
    public async Task Each_member_with_an_environment_of_its_own_shows_progress_while_the_workspace_is_held()
    {
        line.Write(
            "pyproject.toml",
            "[tool.krait]\nisolated-members = true\n[tool.krait.workspace]\nmembers = [\"api\", \"worker\"]\n"
        );
        Member("api", "amber");
        Member("worker", "flint");
        line.Index.Hold(FakeIndex.FilePath("flint-2.0-py3-none-any.whl"), released.Task);
        var screen = new ScreenText();
        var typed = line.TypeOnTerminalAsync("sync", screen);
        await screen.ShowsAsync("Member worker:", "Downloading 0/1");
        Assert.Null(FolderLock.TryAcquire(line.At(".")));
        released.SetResult();
        (await typed).Succeeded();
    }

    private void Member(string name, string requires) =>
        line.Write(
            $"{name}/pyproject.toml",
            $"[project]\nname = \"{name}\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"{requires}\"]\n"
        );

    /// <summary>What a terminal has been sent.</summary>
    private sealed class ScreenText : StringWriter
    {
        private readonly Lock gate = new();

        public override void Write(char value)
        {
            lock (gate)
                base.Write(value);
        }

        public override void Write(string? value)
        {
            lock (gate)
                base.Write(value);
        }

        public override string ToString()
        {
            lock (gate)
                return base.ToString();
        }

        /// <summary>Waits until these words are there, one after the other.</summary>
        public async Task ShowsAsync(params string[] words)
        {
            for (var i = 0; i < 600; i++)
            {
                var at = 0;
                foreach (var word in words)
                    at = at < 0 ? at : ToString().IndexOf(word, at, StringComparison.Ordinal);
                if (at >= 0)
                    return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }

            Assert.Fail(ToString());
        }
    }
}
