using System.Diagnostics;
using Krait.Server.Commands;
using Krait.Server.Storage;

namespace Krait.Server.Tests;

/// <summary>How a server starts and ends.</summary>
public sealed class LifetimeTests : ServerTest
{
    [Fact]
    public async Task Ends_only_when_nothing_writes_any_more()
    {
        using var clock = new StoppableClock();
        var settings = Settings with { Folder = Folder.At("other") };
        var server = await KraitServer.StartAsync(settings, clock, writeLog: null, Token);
        Upstream.Add("demo", "1.0");
        Upstream.On(
            "/simple/demo/",
            _ =>
            {
                clock.Stop();
                return null;
            }
        );
        using var http = new HttpClient();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asking = http.GetAsync(new Uri(server.Address + "/simple/demo/"), impatient.Token);
        await WaitForAsync(() => clock.Waiting > 0);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        var ending = server.DisposeAsync().AsTask();
        await Task.WhenAny(ending, Task.Delay(1000, Token));
        var hasEnded = ending.IsCompleted;
        clock.Go();
        await ending;

        Assert.False(hasEnded, "the store was given back while a page was being stored");
    }

    [Fact]
    public async Task Ends_with_the_process_that_started_it()
    {
        using var starter = Process.Start("sleep", "60");
        using var output = new StringWriter();
        var serving = CommandLine.RunAsync(
            ["serve", "--port", "0", "--dir", Folder.At("other"), "--stop-with", $"{starter.Id}"],
            new Dictionary<string, string>(),
            new ServerConsole(output, output),
            Token
        );
        await Task.WhenAny(serving, Task.Delay(300, Token));
        Assert.False(serving.IsCompleted, output.ToString());
        starter.Kill();

        Assert.Equal(0, await serving.WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("192.0.2.1")]
    public async Task A_start_that_fails_leaves_the_directory_to_others(string host)
    {
        var settings = Settings with { Folder = Folder.At("other"), Host = host };

        await Assert.ThrowsAnyAsync<Exception>(() => KraitServer.StartAsync(settings, Clock, writeLog: null, Token));

        using var folder = StoreFolder.Open(settings.Folder);
        Assert.False(folder.IsReadOnly);
    }

    /// <summary>A clock that, while it is stopped, lets whoever asks for the time wait.</summary>
    private sealed class StoppableClock : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim gate = new(initialState: true);
        private int waiting;

        public int Waiting => Volatile.Read(ref waiting);

        public void Stop() => gate.Reset();

        public void Go() => gate.Set();

        public override DateTimeOffset GetUtcNow()
        {
            if (!gate.IsSet)
            {
                Interlocked.Increment(ref waiting);
                gate.Wait(Token);
            }

            return base.GetUtcNow();
        }

        public void Dispose() => gate.Dispose();
    }
}
