using System.Diagnostics;
using System.Text;
using Krait.Build.Git;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Processes;
using Krait.Testing;

namespace Krait.Build.Tests.Git;

public sealed class GitRepositoriesTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly CacheFolder cache = CacheFolder.OpenTemporary();
    private readonly Dictionary<string, string> variables = new(ProcessVariables.Read(), StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        cache.Dispose();
        temp.Dispose();
    }

    [Fact]
    public async Task Finds_branches_tags_and_commits()
    {
        var repository = await MakeRepositoryAsync();
        var first = await CommitAsync(repository, "a", "1");
        await RunAsync(repository, "tag", "v1");
        await RunAsync(repository, "tag", "-a", "-m", "x", "annotated");
        await RunAsync(repository, "checkout", "-q", "-b", "feature/x");
        var second = await CommitAsync(repository, "a", "2");
        await RunAsync(repository, "checkout", "-q", "main");
        await RunAsync(repository, "update-ref", "refs/pull/1/head", second);
        var url = Url(repository);
        var git = Repositories();
        Assert.Equal(first, await git.ResolveAsync(url, new GitReference.Default(), Token));
        Assert.Equal(first, await git.ResolveAsync(url, new GitReference.Branch("main"), Token));
        Assert.Equal(first, await git.ResolveAsync(url, new GitReference.Tag("v1"), Token));
        Assert.Equal(first, await git.ResolveAsync(url, GitReference.Of("annotated"), Token));
        Assert.Equal(second, await git.ResolveAsync(url, GitReference.Of("feature/x"), Token));
        Assert.Equal(second, await git.ResolveAsync(url, GitReference.Of("refs/pull/1/head"), Token));
        Assert.Equal(second, await git.ResolveAsync(url, GitReference.Of(second), Token));
        Assert.Equal(second, await git.ResolveAsync(url, GitReference.Of(second[..8]), Token));
        var checkout = await git.CheckOutAsync(url, second, usesLfs: false, Token);
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "a"), Token));
        checkout = await git.CheckOutAsync(url, first, usesLfs: false, Token);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "a"), Token));
        // Tools that take the version from tags find them.
        Assert.Equal("v1", (await RunAsync(checkout.Path, "describe", "--tags", "--match", "v*")).Trim());
    }

    [Theory]
    [InlineData("missing", "git-no-revision")]
    [InlineData("0123abc", "git-no-revision")]
    [InlineData("0123456789012345678901234567890123456789", "git-no-revision")]
    public async Task Says_that_there_is_no_such_revision(string revision, string code)
    {
        var repository = await MakeRepositoryAsync();
        _ = await CommitAsync(repository, "a", "1");
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().ResolveAsync(Url(repository), GitReference.Of(revision), Token)
        );
        Assert.Equal(code, error.Diagnostic.Code);
        Assert.Contains(revision, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_no_repository()
    {
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().ResolveAsync(Url(temp.At("missing")), new GitReference.Default(), Token)
        );
        Assert.Equal("git-fetch", error.Diagnostic.Code);
        Assert.NotEmpty(error.Diagnostic.Hints);
    }

    [Fact]
    public async Task Follows_a_branch_that_moved_even_backwards()
    {
        var repository = await MakeRepositoryAsync();
        var first = await CommitAsync(repository, "a", "1");
        var second = await CommitAsync(repository, "a", "2");
        var url = Url(repository);
        Assert.Equal(second, await Repositories().ResolveAsync(url, GitReference.Of("main"), Token));
        await RunAsync(repository, "reset", "-q", "--hard", first);
        var other = await CommitAsync(repository, "a", "3");
        await RunAsync(repository, "tag", "moving", first);
        Assert.Equal(other, await Repositories().ResolveAsync(url, GitReference.Of("main"), Token));
        Assert.Equal(first, await Repositories().ResolveAsync(url, GitReference.Of("moving"), Token));
        await RunAsync(repository, "tag", "-f", "moving", other);
        await RunAsync(repository, "checkout", "-q", "-b", "main2");
        await RunAsync(repository, "branch", "-D", "main");
        await RunAsync(repository, "checkout", "-q", "-b", "main/below");
        Assert.Equal(other, await Repositories().ResolveAsync(url, GitReference.Of("moving"), Token));
        Assert.Equal(other, await Repositories().ResolveAsync(url, GitReference.Of("main/below"), Token));
        Assert.Equal(other, await Repositories().ResolveAsync(url, GitReference.Of(other[..9]), Token));
        // What was locked before it was rewritten is still there.
        Assert.Equal(second, await Repositories(isOffline: true).ResolveAsync(url, GitReference.Of(second), Token));
    }

    [Fact]
    public async Task Needs_no_network_for_a_commit_that_it_has()
    {
        var repository = await MakeRepositoryAsync();
        var commit = await CommitAsync(repository, "a", "1");
        var url = Url(repository);
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories(isOffline: true).ResolveAsync(url, GitReference.Of(commit), Token)
        );
        Assert.Equal("git-offline", error.Diagnostic.Code);
        _ = await Repositories().CheckOutAsync(url, commit, usesLfs: false, Token);
        Directory.Delete(repository, recursive: true);
        var offline = Repositories(isOffline: true);
        Assert.Equal(commit, await offline.ResolveAsync(url, GitReference.Of(commit), Token));
        Assert.True(
            File.Exists(Path.Combine((await offline.CheckOutAsync(url, commit, usesLfs: false, Token)).Path, "a"))
        );
        error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            offline.ResolveAsync(url, GitReference.Of("main"), Token)
        );
        Assert.Equal(ControlKind.Offline, error.Diagnostic.Because);
    }

    [Fact]
    public async Task Runs_no_hook_filter_or_setting_of_a_repository()
    {
        var repository = await MakeRepositoryAsync();
        await File.WriteAllTextAsync(Path.Combine(repository, ".gitattributes"), "* filter=evil\n", Token);
        await File.WriteAllTextAsync(
            Path.Combine(repository, ".gitconfig"),
            "[core]\n\tfsmonitor = touch evil\n",
            Token
        );
        var commit = await CommitAsync(repository, "a", "1");
        var template = temp.At("template");
        Directory.CreateDirectory(Path.Combine(template, "hooks"));
        var hook = Path.Combine(template, "hooks", "post-checkout");
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\ntouch {temp.At("evil")}\n", Token);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        variables["GIT_TEMPLATE_DIR"] = template;
        variables["GIT_DIR"] = temp.At("elsewhere");
        variables["GIT_WORK_TREE"] = temp.At("elsewhere");
        variables["GIT_EXTERNAL_DIFF"] = "touch evil";
        _ = await Repositories().CheckOutAsync(Url(repository), commit, usesLfs: false, Token);
        Assert.False(File.Exists(temp.At("evil")));
        Assert.False(Directory.Exists(temp.At("elsewhere")));
    }

    [Fact]
    public async Task Makes_one_database_and_checkout_for_many_processes()
    {
        var repository = await MakeRepositoryAsync();
        var commit = await CommitAsync(repository, "a", "1");
        var url = Url(repository);
        // Each object is what a process has: they share nothing but the cache.
        var paths = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(async _ =>
                {
                    var git = Repositories();
                    var found = await git.ResolveAsync(url, GitReference.Of("main"), Token);
                    return (await git.CheckOutAsync(url, found, usesLfs: false, Token)).Path;
                })
        );
        Assert.Single(paths.Distinct(StringComparer.Ordinal));
        Assert.EndsWith(commit, paths[0], StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(Path.Combine(cache.Root, "git-v1", "databases")));
        Assert.Single(Directory.GetDirectories(Path.Combine(cache.Root, "git-v1", "checkouts")));
    }

    [Fact]
    public async Task Replaces_a_checkout_or_database_that_was_left_half_made()
    {
        var repository = await MakeRepositoryAsync();
        var commit = await CommitAsync(repository, "a", "1");
        var url = Url(repository);
        var path = (await Repositories().CheckOutAsync(url, commit, usesLfs: false, Token)).Path;
        File.Delete(Path.Combine(path, ".git", "krait-complete"));
        File.Delete(Path.Combine(path, "a"));
        Assert.Equal(path, (await Repositories().CheckOutAsync(url, commit, usesLfs: false, Token)).Path);
        Assert.True(File.Exists(Path.Combine(path, "a")));
        var database = Assert.Single(Directory.GetDirectories(Path.Combine(cache.Root, "git-v1", "databases")));
        File.Delete(Path.Combine(database, "HEAD"));
        Assert.Equal(commit, await Repositories().ResolveAsync(url, GitReference.Of("main"), Token));
    }

    [Fact]
    public async Task Fetches_over_HTTP_with_credentials_that_appear_nowhere()
    {
        var repository = await MakeRepositoryAsync();
        var commit = await CommitAsync(repository, "a", "1");
        using var server = await DumbGitServer.StartAsync(repository, temp.At("bare.git"), "me:s3cret");
        var path = new Uri(server.Address);
        Assert.True(GitUrl.TryParse($"http://me:s3cret@{path.Authority}/bare.git", out var url, out _));
        var checkout = await Repositories()
            .CheckOutAsync(
                url,
                await Repositories().ResolveAsync(url, GitReference.Of("main"), Token),
                usesLfs: false,
                Token
            );
        Assert.Equal(commit, checkout.Commit);
        foreach (var file in Directory.GetFiles(cache.Root, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(
                "s3cret",
                await File.ReadAllTextAsync(file, Encoding.Latin1, Token),
                StringComparison.Ordinal
            );
        }

        Assert.True(GitUrl.TryParse($"http://me:wr0ng@{path.Authority}/bare.git", out var wrong, out _));
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().ResolveAsync(wrong, GitReference.Of("other"), Token)
        );
        Assert.Contains("rejected the credentials", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", Everything(error.Diagnostic), StringComparison.Ordinal);
        Assert.True(GitUrl.TryParse($"http://{path.Authority}/bare.git", out var none, out _));
        error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().ResolveAsync(none, GitReference.Of("other"), Token)
        );
        Assert.Contains("requires a user name and password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetches_what_it_needs_from_a_server_of_git_and_follows_what_moves()
    {
        var repository = await MakeRepositoryAsync();
        var first = await CommitAsync(repository, "a", "1");
        await RunAsync(repository, "tag", "v1");
        var second = await CommitAsync(repository, "a", "2");
        await RunAsync(repository, "clone", "-q", "--bare", ".", temp.At("served", "demo repository.git"));
        using var server = await SmartGitServer.StartAsync(temp.At("served"));
        Assert.True(GitUrl.TryParse($"{server.Address}/demo%20repository.git", out var url, out _));
        var git = Repositories();
        Assert.Equal(second, await git.ResolveAsync(url, new GitReference.Default(), Token));
        Assert.Equal(second, await git.ResolveAsync(url, new GitReference.Branch("main"), Token));
        Assert.Equal(first, await git.ResolveAsync(url, new GitReference.Tag("v1"), Token));
        Assert.Equal(first, await git.ResolveAsync(url, GitReference.Of(first), Token));
        Assert.Equal(first, await git.ResolveAsync(url, GitReference.Of(first[..8]), Token));
        var checkout = await git.CheckOutAsync(url, first, usesLfs: false, Token);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "a"), Token));
        // Somebody rewrites the branch.
        await RunAsync(repository, "reset", "-q", "--hard", first);
        var other = await CommitAsync(repository, "a", "3");
        await RunAsync(repository, "push", "-q", "--force", temp.At("served", "demo repository.git"), "main");
        var two = await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(_ => Task.Run(() => Repositories().ResolveAsync(url, GitReference.Of("main"), Token), Token))
        );
        Assert.Equal([other, other], two);
        checkout = await Repositories().CheckOutAsync(url, other, usesLfs: false, Token);
        Assert.Equal("3", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "a"), Token));
        // What was locked before stays, without the network.
        checkout = await Repositories(isOffline: true).CheckOutAsync(url, first, usesLfs: false, Token);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "a"), Token));
    }

    [Fact]
    public async Task Fetches_submodules_over_HTTP_and_refuses_paths_of_this_machine()
    {
        var inner = await MakeRepositoryAsync("inner");
        _ = await CommitAsync(inner, "b", "inner");
        using var server = await DumbGitServer.StartAsync(inner, temp.At("inner.git"), login: null);
        var outer = await MakeRepositoryAsync("outer");
        await RunAsync(outer, "submodule", "--quiet", "add", $"{server.Address}/inner.git", "sub");
        var commit = await CommitAsync(outer, "a", "outer");
        var checkout = await Repositories().CheckOutAsync(Url(outer), commit, usesLfs: false, Token);
        Assert.Equal("inner", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "sub", "b"), Token));
        await RunAsync(outer, "config", "-f", ".gitmodules", "submodule.sub.url", inner);
        commit = await CommitAsync(outer, "a", "local");
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().CheckOutAsync(Url(outer), commit, usesLfs: false, Token)
        );
        Assert.Contains("submodule", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Diagnostic.Hints, hint => hint.ToString().Contains("https", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Says_that_git_lfs_is_missing()
    {
        var repository = await MakeRepositoryAsync();
        await File.WriteAllTextAsync(
            Path.Combine(repository, ".gitattributes"),
            "*.bin filter=lfs diff=lfs merge=lfs -text\n",
            Token
        );
        var commit = await CommitAsync(
            repository,
            "a.bin",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
        );
        var checkout = await Repositories().CheckOutAsync(Url(repository), commit, usesLfs: false, Token);
        Assert.Equal("git-lfs-skipped", checkout.Warning!.Code);
        variables["PATH"] = temp.At("bin");
        Directory.CreateDirectory(temp.At("bin"));
        foreach (var program in (string[])["git", "sh"])
            File.CreateSymbolicLink(temp.At("bin", program), ProgramSearch.Find(program, "/usr/bin:/bin")!);
        Assert.SkipWhen(File.Exists("/usr/lib/git-core/git-lfs"), "git-lfs is part of git here");
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().CheckOutAsync(Url(repository), commit, usesLfs: true, Token)
        );
        Assert.Equal("git-no-lfs", error.Diagnostic.Code);
    }

    [Fact]
    public async Task Gets_the_real_files_where_git_lfs_is_there()
    {
        Assert.SkipWhen(
            ProgramSearch.Find("git-lfs", variables["PATH"]) is null,
            "git-lfs is not installed (Debian has it in the package git-lfs)"
        );
        var repository = await MakeRepositoryAsync();
        await RunAsync(repository, "lfs", "install", "--local");
        await RunAsync(repository, "lfs", "track", "*.bin");
        var commit = await CommitAsync(repository, "data.bin", "the real content\n");
        var pointer = await RunAsync(repository, "show", "HEAD:data.bin");
        Assert.StartsWith("version https://git-lfs.github.com/spec/v1", pointer, StringComparison.Ordinal);
        var checkout = await Repositories().CheckOutAsync(Url(repository), commit, usesLfs: false, Token);
        Assert.Equal(pointer, await File.ReadAllTextAsync(Path.Combine(checkout.Path, "data.bin"), Token));
        checkout = await Repositories().CheckOutAsync(Url(repository), commit, usesLfs: true, Token);
        Assert.Equal("the real content\n", await File.ReadAllTextAsync(Path.Combine(checkout.Path, "data.bin"), Token));
    }

    [Fact]
    public async Task Says_that_git_is_missing()
    {
        variables["PATH"] = temp.Path;
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            Repositories().ResolveAsync(Url(temp.Path), new GitReference.Default(), Token)
        );
        Assert.Equal("no-git", error.Diagnostic.Code);
    }

    private static string Everything(Diagnostic diagnostic) =>
        string.Join(
            '\n',
            [diagnostic.Message, .. diagnostic.Notes, .. diagnostic.Hints.Select(hint => hint.ToString())]
        );

    private static GitUrl Url(string path) =>
        GitUrl.TryParse($"file://{path}", out var url, out var error)
            ? url
            : throw new InvalidOperationException(error.Message);

    private GitRepositories Repositories(bool isOffline = false) =>
        new(
            cache,
            new GitOptions
            {
                Variables = new Dictionary<string, string>(variables, StringComparer.Ordinal),
                IsOffline = isOffline,
            }
        );

    private async Task<string> MakeRepositoryAsync(string name = "repository")
    {
        var path = temp.At(name);
        Directory.CreateDirectory(path);
        await RunAsync(path, "init", "-q", "-b", "main");
        return path;
    }

    private static async Task<string> CommitAsync(string repository, string file, string content)
    {
        await File.WriteAllTextAsync(Path.Combine(repository, file), content, Token);
        await RunAsync(repository, "add", "-A");
        await RunAsync(repository, "commit", "-q", "--allow-empty", "-m", "x");
        return (await RunAsync(repository, "rev-parse", "HEAD")).Trim();
    }

    internal static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        string[] identity =
        [
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "-c",
            "protocol.file.allow=always",
            "-c",
            "commit.gpgsign=false",
        ];
        var start = new ProcessStartInfo("git", [.. identity, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!; // starts or throws
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
