using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Locks;
using Krait.Testing;

namespace Krait.Platform.Tests.Caching;

public sealed class CacheFolderTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_option_wins_over_the_variable_and_that_over_the_defaults()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KRAIT_CACHE_DIR"] = "/from/variable/",
            ["XDG_CACHE_HOME"] = "/xdg",
            ["HOME"] = "/home/me",
        };
        Assert.Equal(new CacheLocation("/from/option", true), CacheLocation.Find("/from/option", all));
        Assert.Equal(new CacheLocation("/from/variable", true), CacheLocation.Find(null, all));
        all["KRAIT_CACHE_DIR"] = "";
        Assert.Equal(new CacheLocation("/xdg/krait", false), CacheLocation.Find(null, all));
        all["XDG_CACHE_HOME"] = "relative";
        Assert.Equal(new CacheLocation("/home/me/.cache/krait", false), CacheLocation.Find(null, all));
        Assert.Null(CacheLocation.Find(null, new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_folder_is_there_for_all_who_ask_for_it_at_once()
    {
        using var cache = await OpenAsync("cache");
        for (var round = 0; round < 200; round++)
        {
            var name = $"source-{round}";
            using var together = new Barrier(4);
            var writers = Enumerable
                .Range(0, 4)
                .Select(writer => new Thread(() =>
                {
                    together.SignalAndWait(Token);
                    File.WriteAllText(Path.Combine(cache.Folder(CacheBucket.Pages, name), $"{writer}"), "x");
                }))
                .ToList();
            writers.ForEach(thread => thread.Start());
            writers.ForEach(thread => thread.Join());
            Assert.Equal(4, Directory.GetFiles(cache.Folder(CacheBucket.Pages, name)).Length);
        }

        await cache.CleanAsync(Short, waiting: null, Token);
        Assert.True(Directory.Exists(cache.Folder(CacheBucket.Pages, "source-0")));
    }

    [Fact]
    public async Task A_new_cache_is_private_and_tagged()
    {
        using var cache = await OpenAsync("a/b/cache");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(folder.At("a", "b", "cache"))
        );
        var tag = await File.ReadAllTextAsync(folder.At("a", "b", "cache", "CACHEDIR.TAG"), Token);
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", tag, StringComparison.Ordinal);
        Assert.Equal(folder.At("a", "b", "cache", "pages-v1"), cache.Bucket(CacheBucket.Pages));
        Assert.True(Directory.Exists(folder.At("a", "b", "cache", "pages-v1")));
    }

    [Fact]
    public async Task A_named_cache_that_is_a_file_is_unusable_input()
    {
        var path = folder.Write("cache", "a file");
        var error = await Assert.ThrowsAsync<KraitException>(() => OpenAsync("cache"));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        folder.Write("parent", "");
        Assert.Equal(
            FailureKind.UnusableInput,
            (await Assert.ThrowsAsync<KraitException>(() => OpenAsync("parent/cache"))).Kind
        );
    }

    [Fact]
    public async Task A_default_cache_that_cannot_be_used_gives_a_warning_and_an_uncached_run()
    {
        folder.Write("cache", "a file");
        var location = new CacheLocation(folder.At("cache"), IsExplicit: false);
        string root;
        using (var cache = await CacheFolder.OpenAsync(location, Short, null, Token))
        {
            Assert.True(cache.IsTemporary);
            Assert.Equal("uncached", cache.Warning?.Code);
            root = cache.Root;
            await File.WriteAllTextAsync(cache.TemporaryPath(), "x", Token);
        }

        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task A_cache_that_others_can_write_to_is_not_used()
    {
        Directory.CreateDirectory(folder.At("cache"));
        File.SetUnixFileMode(folder.At("cache"), (UnixFileMode)0b111_111_111);
        using var cache = await OpenAsync("cache");
        Assert.True(cache.IsTemporary);
        Assert.Contains("others may write", cache.Warning?.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.At("cache")));
    }

    [Fact]
    public async Task A_cache_that_a_group_can_write_to_is_used_where_it_was_named()
    {
        Directory.CreateDirectory(folder.At("cache"));
        File.SetUnixFileMode(folder.At("cache"), (UnixFileMode)0b111_111_101);
        using (var named = await OpenAsync("cache"))
        {
            Assert.False(named.IsTemporary);
            Assert.Null(named.Warning);
        }

        var usual = new CacheLocation(folder.At("cache"), IsExplicit: false);
        using var cache = await CacheFolder.OpenAsync(usual, Short, null, Token);
        Assert.Contains("others may write", cache.Warning?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_of_another_user_is_used_where_it_was_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        Directory.CreateDirectory(folder.At("cache"));
        using (var process = System.Diagnostics.Process.Start("chown", ["65534", folder.At("cache")]))
            await process.WaitForExitAsync(Token);
        using (var named = await OpenAsync("cache"))
            Assert.Equal((false, (string?)null), (named.IsTemporary, named.Warning?.Message));
        var usual = new CacheLocation(folder.At("cache"), IsExplicit: false);
        using var cache = await CacheFolder.OpenAsync(usual, Short, null, Token);
        Assert.Contains("belongs to user 65534", cache.Warning?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_other_files_is_neither_tagged_nor_emptied()
    {
        folder.Write("documents/a.txt", "mine");
        using (var cache = await OpenAsync("documents"))
        {
            var error = await Assert.ThrowsAsync<KraitException>(() => cache.CleanAsync(Short, null, Token));
            Assert.Equal("not-a-cache", error.Diagnostic.Code);
        }

        Assert.False(File.Exists(folder.At("documents", "CACHEDIR.TAG")));
        using (var cache = await OpenAsync("documents"))
            await File.WriteAllTextAsync(Path.Combine(cache.Bucket(CacheBucket.Pages), "page"), "x", Token);
        using (var cache = await OpenAsync("documents"))
            Assert.Equal(1, (await cache.CleanAsync(Short, null, Token)).Files);
        Assert.True(File.Exists(folder.At("documents", "a.txt")));
        Assert.False(Directory.Exists(folder.At("documents", "pages-v1")));
    }

    [Theory]
    [InlineData("pages-v1")]
    [InlineData("pages-v1/source")]
    [InlineData(".lock")]
    public async Task What_has_come_in_the_place_of_its_folders_and_files_goes(string name)
    {
        using (var cache = await OpenAsync("cache"))
            cache.Folder(CacheBucket.Pages, "source");
        var path = folder.At(["cache", .. name.Split('/')]);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
            await File.WriteAllTextAsync(path, "x", Token);
        }
        else
        {
            File.Delete(path);
            Directory.CreateDirectory(Path.Combine(path, "x"));
        }

        using var healed = await OpenAsync("cache");
        Assert.False(healed.IsTemporary);
        var page = Path.Combine(healed.Folder(CacheBucket.Pages, "source"), "page");
        Directory.CreateDirectory(Path.Combine(page, "x"));
        CacheFolder.WriteFile(page, "a"u8, "b"u8);
        Assert.Equal("ab", await File.ReadAllTextAsync(page, Token));
    }

    [Fact]
    public async Task Cleaning_waits_for_other_users()
    {
        using var user = await OpenAsync("cache");
        using (var cleaner = await OpenAsync("cache"))
        {
            var log = new EventLog<LockWaiting>();
            var error = await Assert.ThrowsAsync<KraitException>(() => cleaner.CleanAsync(Short, log, Token));
            Assert.Equal("lock-timeout", error.Diagnostic.Code);
            Assert.Single(log.Events);
        }

        user.Dispose();
        using var alone = await OpenAsync("cache");
        folder.Write("cache/wheels-v1/pypi/a/x", "x");
        Assert.Equal(1, (await alone.CleanAsync(Short, null, Token)).Files);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.At("cache")).Length);
        Assert.True(File.Exists(folder.At("cache", "CACHEDIR.TAG")));
        Assert.True(Directory.Exists(alone.Bucket(CacheBucket.Pages)));
    }

    [Fact]
    public async Task Cleaning_one_package_leaves_the_others()
    {
        using var cache = await OpenAsync("cache");
        folder.Write("cache/wheels-v1/pypi/flask/x/y", "x");
        folder.Write("cache/wheels-v1/pypi/flask-cors/x", "x");
        folder.Write("cache/pages-v1/pypi/flask.page", "x");
        folder.Write("cache/pages-v1/pypi/flask-cors.page", "x");
        Assert.Equal(2, (await cache.CleanAsync(PackageName.Parse("Flask"), Short, null, Token)).Files);
        Assert.False(Directory.Exists(folder.At("cache", "wheels-v1", "pypi", "flask")));
        Assert.True(File.Exists(folder.At("cache", "pages-v1", "pypi", "flask-cors.page")));
        Assert.Equal(2 + 2, cache.Measure().Files);
    }

    [Fact]
    public async Task Pruning_removes_old_formats_and_leftovers_and_keeps_what_is_newer_or_foreign()
    {
        using var cache = await OpenAsync("cache");
        foreach (var kept in new[] { "pages-v1/pypi/a.page", "pages-v999/new", "foreign/x", "notes-v0/x" })
            folder.Write("cache/" + kept, "x");
        foreach (var old in new[] { "pages-v0/old", "temporary-v1/part", "wheels-v1/pypi/a/.krait-new-12/x" })
            folder.Write("cache/" + old, "x");
        Assert.Equal(3, (await cache.PruneAsync(removesDownloads: false, Short, null, Token)).Files);
        Assert.Equal(4 + 2, cache.Measure().Files);
    }

    [Fact]
    public async Task Pruning_downloads_keeps_what_was_built_and_what_indexes_said()
    {
        using var cache = await OpenAsync("cache");
        foreach (var kept in new[] { "pages-v1/pypi/a.page", "metadata-v1/pypi/a.pack", "built-wheels-v1/pypi/a/x" })
            folder.Write("cache/" + kept, "x");
        folder.Write("cache/wheels-v1/pypi/a/x/y", "x");
        Assert.Equal(1, (await cache.PruneAsync(removesDownloads: true, Short, null, Token)).Files);
        Assert.Equal(3 + 2, cache.Measure().Files);
        Assert.True(Directory.Exists(cache.Folder(CacheBucket.Wheels, "pypi")));
    }

    private Task<CacheFolder> OpenAsync(string relative) =>
        CacheFolder.OpenAsync(new CacheLocation(folder.At(relative), IsExplicit: true), Short, null, Token);
}
