using System.Collections.Concurrent;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Testing;

namespace Krait.Platform.Tests.Files;

public sealed class FilesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Writes_a_new_file_and_leaves_nothing_beside_it()
    {
        AtomicFile.Write(folder.At("a.txt"), "one"u8, durable: true);
        Assert.Equal("one", File.ReadAllText(folder.At("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public void A_mapped_file_is_the_same_after_its_memory_was_given_back(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        File.WriteAllBytes(folder.At("mapped"), content);
        Assert.Equal(FileError.None, MappedFile.TryOpen(folder.At("mapped"), out var file));
        Assert.NotNull(file);
        Assert.True(content.AsSpan().SequenceEqual(file.GetSpan()));
        file.Trim();
        Assert.True(content.AsSpan().SequenceEqual(file.GetSpan()));
        ((IDisposable)file).Dispose();
        file.Trim();
    }

    [Fact]
    public void Replacing_a_file_keeps_its_permissions()
    {
        var path = folder.Write("a.txt", "old");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(path, "new"u8, durable: false);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Says_which_link_leads_to_itself()
    {
        File.CreateSymbolicLink(folder.At("loop"), "loop");
        var error = Assert.Throws<FileSystemException>(() =>
            AtomicFile.Write(folder.At("loop"), "new"u8, durable: false)
        );
        Assert.Equal(FileError.Loop, error.Error);
        Assert.Contains($"`{folder.At("loop")}`", error.Diagnostic.Message);
    }

    [Fact]
    public void Replaces_the_file_behind_a_symbolic_link_and_keeps_the_link()
    {
        var target = folder.Write("real/a.txt", "old");
        File.CreateSymbolicLink(folder.At("link"), target);
        AtomicFile.Write(folder.At("link"), "new"u8, durable: false);
        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(folder.At("link")).LinkTarget);
    }

    [Fact]
    public async Task Writes_to_what_is_no_file_and_does_not_replace_it()
    {
        var pipe = folder.At("pipe");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(AtomicFile.IsStream(pipe));
        Assert.True(AtomicFile.IsStream("/dev/stdout"));
        Assert.False(AtomicFile.IsStream(folder.Path));
        Assert.False(AtomicFile.IsStream(folder.At("missing")));
        var read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);
        AtomicFile.Write(pipe, "one"u8, durable: true);
        Assert.Equal("one", await read);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        Assert.True(AtomicFile.IsStream(pipe));
    }

    [Fact]
    public async Task A_writer_that_fails_leaves_the_old_file_and_no_leftovers()
    {
        var path = folder.Write("a.txt", "old");
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AtomicFile.WriteAsync(
                path,
                async (stream, token) =>
                {
                    await stream.WriteAsync("half"u8.ToArray(), token);
                    throw new InvalidOperationException();
                },
                durable: false,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal("old", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Says_what_failed_on_which_path_and_why()
    {
        var error = Assert.Throws<FileSystemException>(() =>
            AtomicFile.Write(folder.At("missing", "a.txt"), "x"u8, durable: false)
        );
        Assert.Equal(FileError.NotFound, error.Error);
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such file or directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_named_as_such()
    {
        const int NoSpaceLeft = 28;
        var error = FileSystemException.From("write", "/x", new IOException("", NoSpaceLeft));
        Assert.Equal("disk-full", error.Diagnostic.Code);
        Assert.NotEmpty(error.Diagnostic.Hints);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/x")]
    [InlineData("//x")]
    [InlineData("C:x")]
    [InlineData("C:\\x")]
    [InlineData("\\\\h\\s\\x")]
    [InlineData("..\\x")]
    [InlineData("./x")]
    [InlineData("a//x")]
    [InlineData("x/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u202eb")]
    public void A_path_that_is_not_plainly_below_its_root_is_refused(string path)
    {
        Assert.False(ContainedPath.TryJoin("/root", path, out _, out var error));
        Assert.Equal("unsafe-path", error.Code);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Overlong_parts_and_paths_are_refused()
    {
        Assert.False(ContainedPath.TryJoin("/root", new string('a', 256), out _, out _));
        Assert.True(ContainedPath.TryJoin("/root", new string('a', 255), out _, out _));
        var deep = string.Join('/', Enumerable.Repeat(new string('b', 200), 21));
        Assert.False(ContainedPath.TryJoin("/root", deep, out _, out _));
        Assert.Throws<KraitException>(() => ContainedPath.Join("/root", ".."));
    }

    [Fact]
    public void A_plain_path_is_joined()
    {
        Assert.Equal("/root/a/..b/cc:d", ContainedPath.Join("/root/", "a/..b/cc:d"));
        Assert.True(ContainedPath.Contains("/venv/bin", "/venv/bin/x"));
        Assert.True(ContainedPath.Contains("/", "/x"));
        Assert.False(ContainedPath.Contains("/venv/bin", "/venv/bin2"));
    }

    [Fact]
    public void Maps_a_file_as_memory()
    {
        var path = folder.Write("a.txt", "content");
        Assert.Equal(FileError.None, MappedFile.TryOpen(path, out var file));
        using (file)
            Assert.Equal("content", Encoding.UTF8.GetString(file!.Memory.Span));
        folder.Write("empty", "");
        Assert.Equal(FileError.None, MappedFile.TryOpen(folder.At("empty"), out var empty));
        Assert.Equal(0, empty!.Memory.Length);
        Assert.Equal(FileError.NotFound, MappedFile.TryOpen(folder.At("missing"), out _));
        Assert.Equal(FileError.InvalidArgument, MappedFile.TryOpen(folder.Path, out _));
    }

    [Fact]
    public void Many_small_files_are_read_into_shared_memory_and_given_back()
    {
        var chance = new Random(7);
        string[] paths = [.. Enumerable.Range(0, 60).Select(number => folder.At($"small-{number}"))];
        byte[][] contents = [.. paths.Select((_, number) => new byte[number * number * 12])];
        for (var i = 0; i < paths.Length; i++)
        {
            chance.NextBytes(contents[i]);
            File.WriteAllBytes(paths[i], contents[i]);
        }

        // More than fit into one block, by several threads, some given back at once and others later.
        var kept = new ConcurrentBag<(MappedFile File, int Number)>();
        Parallel.For(
            0,
            1_200,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            i =>
            {
                var number = i % paths.Length;
                Assert.Equal(FileError.None, MappedFile.TryOpen(paths[number], out var file));
                Assert.Equal(contents[number], file!.Memory.ToArray());
                if (i % 3 == 0)
                    kept.Add((file, number));
                else
                    ((IDisposable)file).Dispose();
            }
        );
        Assert.Equal(400, kept.Count);
        foreach (var (file, number) in kept)
        {
            Assert.Equal(contents[number], file.Memory.ToArray());
            ((IDisposable)file).Dispose();
        }
    }

    [Fact]
    public void Works_relative_to_an_open_folder()
    {
        using var handle = DirectoryHandle.Open(folder.Path);
        Assert.Equal(FileError.None, handle.TryCreateFolder("sub"));
        Assert.Equal(FileError.AlreadyExists, handle.TryCreateFolder("sub"));
        Assert.Equal(FileError.None, handle.TryOpenFolder("sub", out var sub));
        using (sub)
        {
            Assert.Equal(FileError.None, sub!.TryCreateFile("a", out var file));
            file!.Dispose();
            Assert.Equal(FileError.AlreadyExists, sub.TryCreateFile("a", out _));
            Assert.Equal(FileError.None, handle.TryLink(sub, "a", "b"));
            Assert.Equal(FileError.None, handle.TryStatus("b", out var status));
            Assert.Equal(2u, status.Links);
            Assert.Equal(FileError.AlreadyExists, handle.TryRename("b", sub, "a", replace: false));
            Assert.Equal(FileError.None, handle.TryCreateSymbolicLink("sub", "link"));
            Assert.Equal(FileError.NotADirectory, handle.TryOpenFolder("link", out _));
            Assert.Equal(FileError.Loop, handle.TryOpenFile("link", out _));
            Assert.Equal(
                "b link sub",
                string.Join(' ', handle.List().Select(e => e.Name).Order(StringComparer.Ordinal))
            );
            Assert.Equal(FileError.None, handle.TryRemove("b"));
            Assert.Equal(FileError.NotEmpty, handle.TryRemoveFolder("sub"));
        }
    }

    [Fact]
    public void Removes_a_tree_without_following_links()
    {
        var canary = folder.Write("outside/canary", "alive");
        folder.Write("tree/a/b/c", "x");
        Directory.CreateSymbolicLink(folder.At("tree", "a", "link"), folder.At("outside"));
        Assert.Equal(2, FolderTree.Measure(folder.At("tree")).Files);
        Assert.Equal(2, FolderTree.Remove(folder.At("tree")).Files);
        Assert.False(Directory.Exists(folder.At("tree")));
        Assert.Equal("alive", File.ReadAllText(canary));
        Assert.Equal(0, FolderTree.Remove(folder.At("tree")).Files);
    }

    [Fact]
    public void Lists_a_folder_of_many_names()
    {
        for (var i = 0; i < 1500; i++)
            folder.Write($"many/file-with-a-long-name-{i:0000}", "");
        using var handle = DirectoryHandle.Open(folder.At("many"));
        Assert.Equal(1500, handle.List().Select(e => e.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_steady_file_notices_whatever_is_written_to_it()
    {
        var path = folder.Write("file", "abc");
        using (var file = SteadyFile.Open(path))
        {
            file.Settle();
            Assert.False(file.HasChanged);
            var before = File.GetLastWriteTimeUtc(path);
            await File.WriteAllTextAsync(path, "xyz", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(path, before);
            Assert.True(file.HasChanged);
        }

        using var replaced = SteadyFile.Open(path);
        replaced.Settle();
        File.Delete(path);
        folder.Write("file", "another");
        Assert.Equal(3, replaced.Length);
        Assert.Throws<FileSystemException>(() => SteadyFile.Open(folder.At("missing")));
    }
}
