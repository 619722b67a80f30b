using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Build.Git;

/// <summary>
/// Repositories in the cache: for each URL a database without a tree that only ever grows, and a checkout for each commit that was
/// needed, which never changes. Processes that need the same repository wait for each other.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="options">How repositories are reached.</param>
public sealed class GitRepositories(CacheFolder cache, GitOptions options)
{
    private const string FetchedReference = "refs/krait/fetched";
    private const string CommitReferences = "refs/krait/commits/";

    /// <summary>Lies in the `.git` folder of a checkout that is complete.</summary>
    private const string MarkerName = "krait-complete";

    private readonly GitProgram git = new(options.Variables);
    private readonly SingleFlight<string, string> resolving = new(keepResults: true);
    private readonly SingleFlight<string, GitCheckout> checkingOut = new(keepResults: true);

    /// <summary>Finds the full commit that is meant, asking the repository unless the commit is named and in the cache.</summary>
    /// <exception cref="KraitException">The repository cannot be reached, or has no such revision.</exception>
    public Task<string> ResolveAsync(GitUrl url, GitReference reference, CancellationToken cancellationToken) =>
        resolving.RunAsync(
            $"{url} {reference}",
            (_, token) => FindCommitAsync(url, reference, token),
            cancellationToken
        );

    /// <summary>A checkout of a commit, made where there is none.</summary>
    /// <param name="url">The repository.</param>
    /// <param name="commit">The full commit.</param>
    /// <param name="usesLfs">Whether files that Git LFS keeps are fetched.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The repository cannot be reached, or has no such commit.</exception>
    public Task<GitCheckout> CheckOutAsync(GitUrl url, string commit, bool usesLfs, CancellationToken cancellationToken)
    {
        if (!GitReference.IsFullCommit(commit))
            throw new ArgumentException("The commit is not a full one", nameof(commit));
        return checkingOut.RunAsync(
            $"{url} {commit} {usesLfs}",
            (_, token) => MakeCheckoutAsync(url, commit, usesLfs, token),
            cancellationToken
        );
    }

    private async Task<string> FindCommitAsync(GitUrl url, GitReference reference, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(url, cancellationToken);
        var database = await OpenDatabaseAsync(url, cancellationToken);
        var known =
            reference is GitReference.Commit { Id: var id } && await HasCommitAsync(database, id, cancellationToken);
        if (known)
            return reference.Requested!; // a commit has a text
        if (options.IsOffline)
            throw GitFailures.Offline(url, reference.Requested);
        var commit = reference switch
        {
            GitReference.Commit full => await FetchCommitAsync(url, database, full.Id, cancellationToken),
            GitReference.Any any => await FetchAnyAsync(url, database, any.Name, cancellationToken),
            GitReference.Branch branch => await FetchReferenceAsync(
                url,
                database,
                $"refs/heads/{branch.Name}",
                branch.Name,
                cancellationToken
            ),
            GitReference.Tag tag => await FetchReferenceAsync(
                url,
                database,
                $"refs/tags/{tag.Name}",
                tag.Name,
                cancellationToken
            ),
            GitReference.Named named => await FetchReferenceAsync(
                url,
                database,
                named.Name,
                named.Name,
                cancellationToken
            ),
            _ => await FetchReferenceAsync(url, database, "HEAD", revision: null, cancellationToken),
        };
        // What only `fetched` leads to could be forgotten by the next fetch.
        _ = await RunAsync(database, ["update-ref", CommitReferences + commit, commit], url, cancellationToken);
        return commit;
    }

    /// <summary>The database of a repository, made when missing; its lock is held.</summary>
    private async Task<string> OpenDatabaseAsync(GitUrl url, CancellationToken cancellationToken)
    {
        var database = Path.Join(cache.Folder(CacheBucket.Git, "databases"), KeyOf(url));
        if (FileStatus.Exists(Path.Join(database, "HEAD"), followLinks: false))
            return database;
        FolderTree.Remove(database);
        FolderTree.Create(database);
        var made = await RunAsync(database, ["init", "--quiet", "--bare", "--template=", "."], url, cancellationToken);
        return made.IsSuccess ? database : throw GitFailures.Fetch(url, revision: null, made);
    }

    private async Task<string> FetchReferenceAsync(
        GitUrl url,
        string database,
        string reference,
        string? revision,
        CancellationToken cancellationToken
    )
    {
        var answer = await FetchAsync(url, database, [$"+{reference}:{FetchedReference}"], cancellationToken);
        if (!answer.IsSuccess)
            throw GitFailures.Fetch(url, revision, answer);
        return await ReadCommitAsync(database, FetchedReference, url, cancellationToken)
            ?? throw GitFailures.NoRevision(url, revision ?? "HEAD");
    }

    /// <summary>A branch goes before a tag of the same name, and both before the start of a commit's name, as in pip and uv.</summary>
    private async Task<string> FetchAnyAsync(
        GitUrl url,
        string database,
        string name,
        CancellationToken cancellationToken
    )
    {
        var listed = await RunAsync(
            database,
            ["ls-remote", "--quiet", "--", url.Value, $"refs/heads/{name}", $"refs/tags/{name}"],
            url,
            cancellationToken
        );
        if (!listed.IsSuccess)
            throw GitFailures.Fetch(url, name, listed);
        foreach (var reference in (string[])[$"refs/heads/{name}", $"refs/tags/{name}"])
        {
            if (listed.Output.Split('\n').Any(line => line.EndsWith('\t' + reference, StringComparison.Ordinal)))
                return await FetchReferenceAsync(url, database, reference, name, cancellationToken);
        }

        if (!GitReference.IsShortCommit(name))
            throw GitFailures.NoRevision(url, name);
        await FetchAllAsync(url, database, name, cancellationToken);
        var found = await RunAsync(
            database,
            ["rev-parse", "--verify", "--quiet", $"{name}^{{commit}}"],
            url,
            cancellationToken
        );
        if (found.IsSuccess && GitReference.IsFullCommit(found.Output.Trim()))
            return found.Output.Trim();
        var all = await RunAsync(database, ["rev-parse", $"--disambiguate={name}"], url, cancellationToken);
        throw all.Output.Trim().Contains('\n', StringComparison.Ordinal)
            ? GitFailures.Ambiguous(url, name)
            : GitFailures.NoRevision(url, name);
    }

    private async Task<string> FetchCommitAsync(
        GitUrl url,
        string database,
        string commit,
        CancellationToken cancellationToken
    )
    {
        // Not every server gives away a commit by its name; then everything has to come.
        var answer = await FetchAsync(url, database, [$"+{commit}:{FetchedReference}"], cancellationToken);
        if (!answer.IsSuccess)
            await FetchAllAsync(url, database, commit, cancellationToken);
        return await HasCommitAsync(database, commit, cancellationToken)
            ? commit
            : throw GitFailures.NoRevision(url, commit);
    }

    private async Task FetchAllAsync(GitUrl url, string database, string revision, CancellationToken cancellationToken)
    {
        var answer = await FetchAsync(
            url,
            database,
            ["+refs/heads/*:refs/krait/heads/*", "+refs/tags/*:refs/tags/*"],
            cancellationToken
        );
        if (!answer.IsSuccess)
            throw GitFailures.Fetch(url, revision, answer);
    }

    private Task<GitAnswer> FetchAsync(
        GitUrl url,
        string database,
        ImmutableArray<string> references,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            database,
            [
                "fetch",
                "--progress",
                "--prune",
                "--force",
                "--update-head-ok",
                "--no-write-fetch-head",
                "--",
                url.Value,
                .. references,
            ],
            url,
            cancellationToken
        );

    private async Task<bool> HasCommitAsync(string database, string commit, CancellationToken cancellationToken) =>
        (
            await RunAsync(database, ["cat-file", "-e", $"{commit}^{{commit}}"], login: null, cancellationToken)
        ).IsSuccess;

    private async Task<string?> ReadCommitAsync(
        string database,
        string reference,
        GitUrl url,
        CancellationToken cancellationToken
    )
    {
        var answer = await RunAsync(
            database,
            ["rev-parse", "--verify", "--quiet", $"{reference}^{{commit}}"],
            url,
            cancellationToken
        );
        var commit = answer.Output.Trim();
        return answer.IsSuccess && GitReference.IsFullCommit(commit) ? commit : null;
    }

    private async Task<GitCheckout> MakeCheckoutAsync(
        GitUrl url,
        string commit,
        bool usesLfs,
        CancellationToken cancellationToken
    )
    {
        var parent = cache.Folder(CacheBucket.Git, "checkouts");
        var path = Path.Join(parent, $"{KeyOf(url)}-{commit}{(usesLfs ? "-lfs" : "")}");
        if (IsComplete(path))
            return Describe(url, path, commit, usesLfs);
        _ = await ResolveAsync(url, new GitReference.Commit(commit), cancellationToken);
        using var held = await LockAsync(url, cancellationToken);
        if (IsComplete(path))
            return Describe(url, path, commit, usesLfs);
        if (usesLfs && !await HasLfsAsync(parent, cancellationToken))
            throw GitFailures.NoLfs(url);
        using var staging = StagingFolder.Create(cache, "checkout-");
        var tree = staging.At("tree");
        await FillAsync(url, commit, usesLfs, tree, cancellationToken);
        AtomicFile.Write(Path.Join(tree, ".git", MarkerName), [], durable: false);
        FolderTree.Remove(path);
        using var from = DirectoryHandle.Open(staging.Path);
        using var to = DirectoryHandle.Open(parent);
        var error = from.TryRename("tree", to, Path.GetFileName(path), replace: false);
        return error == FileError.None
            ? Describe(url, path, commit, usesLfs)
            : throw new FileSystemException("write", path, error);
    }

    /// <summary>Writes the files of a commit and its submodules; objects stay in the database.</summary>
    private async Task FillAsync(
        GitUrl url,
        string commit,
        bool usesLfs,
        string tree,
        CancellationToken cancellationToken
    )
    {
        var database = Path.Join(cache.Folder(CacheBucket.Git, "databases"), KeyOf(url));
        var folder = Path.GetDirectoryName(tree) ?? "/";
        await ExpectAsync(
            folder,
            ["clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", database, tree],
            "make a checkout"
        );
        await ExpectAsync(tree, ["remote", "set-url", "origin", url.Value], "make a checkout");
        ImmutableArray<string> filters = usesLfs
            ? ["-c", "filter.lfs.process=git-lfs filter-process", "-c", "filter.lfs.required=true"]
            : ["-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false"];
        await ExpectAsync(
            tree,
            [.. filters, "checkout", "--quiet", "--force", "--detach", commit, "--"],
            "make a checkout"
        );
        if (FileStatus.Exists(Path.Join(tree, ".gitmodules"), followLinks: false))
        {
            var answer = await git.RunAsync(
                tree,
                [.. filters, "submodule", "--quiet", "update", "--init", "--recursive", "--force"],
                url,
                isForSubmodules: true,
                options.Progress,
                cancellationToken
            );
            if (!answer.IsSuccess)
                throw GitFailures.Checkout(url, commit, "fetch the submodules", answer);
        }

        async Task ExpectAsync(string where, ImmutableArray<string> arguments, string step)
        {
            var answer = await RunAsync(where, arguments, url, cancellationToken);
            if (!answer.IsSuccess)
                throw GitFailures.Checkout(url, commit, step, answer);
        }
    }

    private async Task<bool> HasLfsAsync(string folder, CancellationToken cancellationToken) =>
        (await RunAsync(folder, ["lfs", "version"], login: null, cancellationToken)).IsSuccess;

    private Task<GitAnswer> RunAsync(
        string folder,
        ImmutableArray<string> arguments,
        GitUrl? login,
        CancellationToken cancellationToken
    ) => git.RunAsync(folder, arguments, login, isForSubmodules: false, options.Progress, cancellationToken);

    private Task<FileLock> LockAsync(GitUrl url, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(
            Path.Join(cache.Folder(CacheBucket.Git, "locks"), KeyOf(url)),
            LockMode.Exclusive,
            options.LockLimit,
            options.Waiting,
            cancellationToken
        );

    /// <summary>A readable name that no other URL has.</summary>
    private static string KeyOf(GitUrl url)
    {
        var name = new string([
            .. url.Name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(40),
        ]);
        return $"{name.Trim('.', '-')}-{CacheKey.Of(url.Value)}";
    }

    private static bool IsComplete(string path) =>
        FileStatus.Exists(Path.Join(path, ".git", MarkerName), followLinks: false);

    private static GitCheckout Describe(GitUrl url, string path, string commit, bool usesLfs)
    {
        var isMissingLfs =
            !usesLfs
            && PlainFile.TryRead(Path.Join(path, ".gitattributes"), out var attributes) == FileError.None
            && attributes.Contains("filter=lfs", StringComparison.Ordinal);
        return new GitCheckout(url, path, commit)
        {
            Warning = isMissingLfs
                ? new Diagnostic("git-lfs-skipped", $"files of `{url}` that Git LFS keeps were not fetched")
                {
                    Hints = ["Set `lfs = true` for this source if its build needs them"],
                }
                : null,
        };
    }
}

/// <summary>A commit of a repository on disk, to be read only.</summary>
/// <param name="Url">The repository.</param>
/// <param name="Path">The root of its files.</param>
/// <param name="Commit">The full commit.</param>
public sealed record GitCheckout(GitUrl Url, string Path, string Commit)
{
    /// <summary>What the user should know about it.</summary>
    public Diagnostic? Warning { get; init; }
}
