using System.Diagnostics;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Testing;

namespace Krait.Platform.Tests.Locks;

public sealed class FileLockTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shared_holders_go_together_and_exclude_a_single_one()
    {
        using var first = FileLock.TryAcquire(folder.At("l"), LockMode.Shared);
        using var second = FileLock.TryAcquire(folder.At("l"), LockMode.Shared);
        Assert.NotNull(second);
        Assert.Null(FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive));
        first!.Dispose();
        second.Dispose();
        using var alone = FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive);
        Assert.NotNull(alone);
        Assert.Null(FileLock.TryAcquire(folder.At("l"), LockMode.Shared));
    }

    [Fact]
    public async Task Waits_for_the_holder_and_says_who_it_is()
    {
        var log = new EventLog<LockWaiting>();
        var held = FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive);
        var waiting = FileLock.AcquireAsync(folder.At("l"), LockMode.Exclusive, Long, log, Token);
        Assert.False(waiting.IsCompleted);
        held!.Dispose();
        using var taken = await waiting;
        Assert.Contains($"process {Environment.ProcessId}", Assert.Single(log.Events).Holder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_after_its_limit_and_names_the_lock()
    {
        using var held = FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            FileLock.AcquireAsync(folder.At("l"), LockMode.Shared, TimeSpan.FromMilliseconds(20), null, Token)
        );
        Assert.Equal("lock-timeout", error.Diagnostic.Code);
        Assert.Contains(folder.At("l"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_that_was_replaced_is_not_the_lock()
    {
        using var old = FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive);
        File.Delete(folder.At("l"));
        using var current = FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive);
        Assert.NotNull(current);
        Assert.Null(FileLock.TryAcquire(folder.At("l"), LockMode.Exclusive));
    }

    [Fact]
    public async Task A_killed_process_gives_its_lock_back()
    {
        var path = folder.Write("l", "");
        using var holder = Process.Start("flock", [path, "sleep", "60"]);
        for (var i = 0; i < 500 && FileLock.HolderOf(path) is null or ""; i++)
            await Task.Delay(10, Token);
        Assert.Null(FileLock.TryAcquire(path, LockMode.Exclusive));
        holder.Kill(entireProcessTree: true);
        using var taken = await FileLock.AcquireAsync(path, LockMode.Exclusive, Long, null, Token);
        Assert.NotNull(taken);
    }
}
