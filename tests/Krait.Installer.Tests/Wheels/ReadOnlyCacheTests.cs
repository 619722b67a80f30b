using Krait.Archives;
using Krait.Installer.Wheels;
using Krait.Platform.Caching;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Wheels;

public sealed class ReadOnlyCacheTests : IDisposable
{
    private static readonly WheelForge Kept = new("kept", "1.0");
    private static readonly WheelForge New = new("new", "1.0");
    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Serves_what_it_holds_and_keeps_the_rest_for_the_run_only()
    {
        using (var cache = await OpenAsync())
        using (var store = new WheelStore(cache))
            Add(store, Kept).Dispose();
        using var mount = TestMount.TryReadOnly(folder.At("cache"));
        Assert.SkipWhen(mount is null, "mounting needs privileges");
        string path;
        using (var cache = await OpenAsync())
        using (var store = new WheelStore(cache))
        {
            Assert.True(cache.IsReadOnly);
            Assert.False(cache.IsTemporary);
            Assert.Null(cache.Warning);
            using (var found = store.TryFind(Store.Key(Kept.FileName), expected: null))
                Assert.False(Assert.IsType<StoredWheel>(found).IsTemporary);
            using var added = Add(store, New);
            Assert.True(added.IsTemporary);
            path = added.Tree;
            Assert.True(Directory.Exists(path));

            // A damaged entry that cannot be removed is not taken again, and its wheel can be unpacked again.
            store.Drop(Store.Key(Kept.FileName));
            Assert.Null(store.TryFind(Store.Key(Kept.FileName), expected: null));
            using var again = Add(store, Kept);
            Assert.True(again.IsTemporary);
        }

        Assert.False(Directory.Exists(path));
        using var later = await OpenAsync();
        using var unchanged = new WheelStore(later);
        using var still = unchanged.TryFind(Store.Key(Kept.FileName), expected: null);
        Assert.NotNull(still);
    }

    private static StoredWheel Add(WheelStore store, WheelForge forge) =>
        store.Add(Store.Key(forge.FileName), ByteSource.Over(forge.Build()), hashes: [], Token);

    private Task<CacheFolder> OpenAsync() =>
        CacheFolder.OpenAsync(
            new CacheLocation(folder.At("cache"), IsExplicit: true),
            TimeSpan.FromSeconds(9),
            waiting: null,
            Token
        );
}
