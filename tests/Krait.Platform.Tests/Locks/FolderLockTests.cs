using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Testing;

namespace Krait.Platform.Tests.Locks;

public sealed class FolderLockTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    private string Place => field ??= Directory.CreateDirectory(folder.At("place")).FullName;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Waits_for_the_holder_and_says_so_once()
    {
        var log = new EventLog<LockWaiting>();
        var held = FolderLock.TryAcquire(Place);
        var waiting = FolderLock.AcquireAsync(Place, Long, log, Token);
        // Long enough for several attempts.
        await Task.Delay(30, Token);
        Assert.False(waiting.IsCompleted);
        held!.Dispose();
        using var taken = await waiting;
        Assert.Equal(Place, Assert.Single(log.Events).Path);
        Assert.Null(FolderLock.TryAcquire(Place));
    }

    [Fact]
    public async Task A_wait_within_its_patience_is_not_worth_a_word()
    {
        var log = new EventLog<LockWaiting>();
        var held = FolderLock.TryAcquire(Place);
        var waiting = FolderLock.AcquireAsync(Place, Long, patience: Long, log, Token);
        await Task.Delay(30, Token);
        Assert.False(waiting.IsCompleted);
        held!.Dispose();
        using var taken = await waiting;
        Assert.Empty(log.Events);
    }

    [Fact]
    public async Task Gives_up_after_its_limit_and_says_how_long_that_was()
    {
        using var held = FolderLock.TryAcquire(Place);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            FolderLock.AcquireAsync(Place, TimeSpan.FromMilliseconds(100), null, Token)
        );
        Assert.Equal("lock-timeout", error.Diagnostic.Code);
        Assert.Equal($"`{Place}` was not free within 0.1 s", error.Message);
        Assert.Contains("`LockTimeout`", Assert.Single(error.Diagnostic.Hints).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_wait_for_a_folder_that_is_gone()
    {
        await Assert.ThrowsAsync<FileSystemException>(() =>
            FolderLock.AcquireAsync(folder.At("no"), Long, null, Token)
        );
        using var held = FolderLock.TryAcquire(Place);
        var waiting = FolderLock.AcquireAsync(Place, Long, null, Token);
        Assert.False(waiting.IsCompleted);
        Directory.Delete(Place);
        await Assert.ThrowsAsync<FileSystemException>(() => waiting);
    }

    [Fact]
    public void A_folder_that_was_replaced_is_not_the_lock()
    {
        using var old = FolderLock.TryAcquire(Place);
        Directory.Move(Place, folder.At("moved"));
        Directory.CreateDirectory(Place);
        using var current = FolderLock.TryAcquire(Place);
        Assert.NotNull(current);
        Assert.Null(FolderLock.TryAcquire(Place));
    }
}
