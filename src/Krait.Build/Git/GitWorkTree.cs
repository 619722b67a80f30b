using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Build.Git;

/// <summary>
/// A clone that the user works in, as pip makes it for `-e git+…`: with a branch where one is asked for, and never changed where work of the user
/// could be lost.
/// </summary>
/// <param name="path">Its directory.</param>
/// <param name="options">How repositories are reached.</param>
public sealed class GitWorkTree(string path, GitOptions options)
{
    private readonly GitProgram git = new(options.Variables);

    /// <summary>Brings the directory to what a source says: clones, or fetches and checks out.</summary>
    /// <param name="source">The repository and what is wanted of it.</param>
    /// <param name="actions">What may be done about something else at the place, in the user's order.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="KraitException">The repository cannot be reached, or something else is there that has to stay.</exception>
    public async Task PlaceAsync(
        GitSource source,
        ImmutableArray<ExistingPathAction> actions,
        CancellationToken cancellationToken
    )
    {
        if (FileStatus.Exists(path, followLinks: true))
        {
            var obstacle = await FindObstacleAsync(source, cancellationToken);
            if (obstacle is null)
            {
                if (!await IsAtAsync(source.Reference, cancellationToken))
                    await UpdateAsync(source, cancellationToken);
                return;
            }

            switch (actions.FirstOrDefault(obstacle.Value.Allows, ExistingPathAction.None))
            {
                case ExistingPathAction.Ignore:
                    return;
                case ExistingPathAction.Switch:
                    await ExpectAsync(
                        source,
                        path,
                        ["remote", "set-url", "origin", source.Url.Value],
                        "use another URL"
                    );
                    await UpdateAsync(source, cancellationToken);
                    return;
                case ExistingPathAction.Wipe:
                    FolderTree.Remove(path);
                    break;
                case ExistingPathAction.Backup:
                    SetAside();
                    break;
                default:
                    throw new KraitException(obstacle.Value.ToDiagnostic(path));
            }
        }

        await CloneAsync(source, cancellationToken);

        async Task ExpectAsync(GitSource of, string where, ImmutableArray<string> arguments, string step)
        {
            var answer = await RunAsync(where, arguments, of.Url, cancellationToken);
            if (!answer.IsSuccess)
                throw GitFailures.Checkout(of.Url, of.Reference.Requested ?? "HEAD", step, answer);
        }
    }

    /// <summary>What keeps the directory from being changed; null for nothing.</summary>
    private async Task<Obstacle?> FindObstacleAsync(GitSource source, CancellationToken cancellationToken)
    {
        var top = await RunAsync(path, ["rev-parse", "--show-toplevel"], login: null, cancellationToken);
        var isOwn =
            top.IsSuccess
            && string.Equals(
                SymbolicLinks.Resolve(top.Output.Trim()) ?? top.Output.Trim(),
                SymbolicLinks.Resolve(path) ?? path,
                StringComparison.Ordinal
            );
        if (!isOwn)
            return new Obstacle("it is not a clone of a repository", CanSwitch: false);
        var origin = await RunAsync(path, ["config", "--get", "remote.origin.url"], login: null, cancellationToken);
        if (!GitUrl.TryParse(origin.Output.Trim(), out var url, out _) || !url.Equals(source.Url))
            return new Obstacle($"it is a clone of `{GitUrl.Redact(origin.Output.Trim())}`", CanSwitch: true);
        if (await IsAtAsync(source.Reference, cancellationToken))
            return null;
        var changes = await RunAsync(
            path,
            ["status", "--porcelain", "--untracked-files=no"],
            login: null,
            cancellationToken
        );
        if (changes.Output.Trim().Length > 0)
            return new Obstacle("it has changes that are not committed", CanSwitch: false);
        var own = await RunAsync(
            path,
            ["rev-list", "--max-count=1", "HEAD", "--not", "--remotes", "--tags"],
            login: null,
            cancellationToken
        );
        return own.Output.Trim().Length > 0 ? new Obstacle("it has commits of its own", CanSwitch: false) : null;
    }

    /// <summary>Whether it stands at a commit that is named in full: then nobody has to be asked.</summary>
    private async Task<bool> IsAtAsync(GitReference reference, CancellationToken cancellationToken)
    {
        if (reference is not GitReference.Commit { Id: var id })
            return false;
        var head = await RunAsync(path, ["rev-parse", "HEAD"], login: null, cancellationToken);
        return head.IsSuccess && string.Equals(head.Output.Trim(), id, StringComparison.OrdinalIgnoreCase);
    }

    private async Task CloneAsync(GitSource source, CancellationToken cancellationToken)
    {
        if (options.IsOffline)
            throw GitFailures.Offline(source.Url, source.Reference.Requested);
        var parent = Path.GetDirectoryName(path) ?? "/";
        FolderTree.Create(parent);
        var staging = Path.Join(parent, AtomicFile.TemporaryName());
        try
        {
            var cloned = await RunAsync(
                parent,
                ["clone", "--quiet", "--no-checkout", "--template=", "--", source.Url.Value, staging],
                source.Url,
                cancellationToken
            );
            if (!cloned.IsSuccess)
                throw GitFailures.Fetch(source.Url, source.Reference.Requested, cloned);
            await CheckOutAsync(source, staging, cancellationToken);
            using var folder = DirectoryHandle.Open(parent);
            var error = folder.TryRename(Path.GetFileName(staging), folder, Path.GetFileName(path), replace: false);
            if (error != FileError.None)
                throw new FileSystemException("write", path, error);
        }
        finally
        {
            FolderTree.Remove(staging);
        }
    }

    private async Task UpdateAsync(GitSource source, CancellationToken cancellationToken)
    {
        if (options.IsOffline)
            throw GitFailures.Offline(source.Url, source.Reference.Requested);
        var fetched = await RunAsync(
            path,
            ["fetch", "--quiet", "--tags", "--force", "origin"],
            source.Url,
            cancellationToken
        );
        if (!fetched.IsSuccess)
            throw GitFailures.Fetch(source.Url, source.Reference.Requested, fetched);
        await CheckOutAsync(source, path, cancellationToken);
    }

    private async Task CheckOutAsync(GitSource source, string tree, CancellationToken cancellationToken)
    {
        var branch = source.Reference switch
        {
            GitReference.Default => await DefaultBranchAsync(source, tree, cancellationToken),
            GitReference.Branch { Name: var name } => name,
            GitReference.Any { Name: var name } when await HasAsync(tree, $"refs/remotes/origin/{name}") => name,
            _ => null,
        };
        ImmutableArray<string> words;
        if (branch is not null)
        {
            words = ["-B", branch, "--track", $"refs/remotes/origin/{branch}"];
        }
        else
        {
            var commit = await FindCommitAsync(source, tree, cancellationToken);
            words = ["--detach", commit];
        }

        ImmutableArray<string> filters = source.UsesLfs
            ? []
            : ["-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false"];
        var answer = await RunAsync(
            tree,
            [.. filters, "checkout", "--quiet", .. words, "--"],
            source.Url,
            cancellationToken
        );
        if (!answer.IsSuccess)
            throw GitFailures.Checkout(source.Url, branch ?? words[^1], "check it out", answer);
        if (!FileStatus.Exists(Path.Join(tree, ".gitmodules"), followLinks: false))
            return;
        var modules = await git.RunAsync(
            tree,
            [.. filters, "submodule", "--quiet", "update", "--init", "--recursive"],
            source.Url,
            isForSubmodules: true,
            options.Progress,
            cancellationToken
        );
        if (!modules.IsSuccess)
            throw GitFailures.Checkout(source.Url, branch ?? words[^1], "fetch the submodules", modules);

        async Task<bool> HasAsync(string where, string reference) =>
            (
                await RunAsync(where, ["show-ref", "--verify", "--quiet", reference], login: null, cancellationToken)
            ).IsSuccess;
    }

    private async Task<string> DefaultBranchAsync(GitSource source, string tree, CancellationToken cancellationToken)
    {
        var head = await RunAsync(
            tree,
            ["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"],
            login: null,
            cancellationToken
        );
        const string Prefix = "refs/remotes/origin/";
        return head.IsSuccess && head.Output.Trim() is var name && name.StartsWith(Prefix, StringComparison.Ordinal)
            ? name[Prefix.Length..]
            : throw GitFailures.NoRevision(source.Url, "HEAD");
    }

    /// <summary>The commit that a tag, an own reference or the name of a commit means.</summary>
    private async Task<string> FindCommitAsync(GitSource source, string tree, CancellationToken cancellationToken)
    {
        var wanted = source.Reference.Requested ?? "HEAD";
        if (source.Reference is GitReference.Named named)
        {
            var fetched = await RunAsync(
                tree,
                ["fetch", "--quiet", "origin", named.Name],
                source.Url,
                cancellationToken
            );
            if (!fetched.IsSuccess)
                throw GitFailures.Fetch(source.Url, wanted, fetched);
            wanted = "FETCH_HEAD";
        }

        string[] places = source.Reference is GitReference.Tag tag
            ? [$"refs/tags/{tag.Name}"]
            : [$"refs/tags/{wanted}", wanted];
        foreach (var place in places)
        {
            var found = await RunAsync(
                tree,
                ["rev-parse", "--verify", "--quiet", $"{place}^{{commit}}"],
                login: null,
                cancellationToken
            );
            if (found.IsSuccess)
                return found.Output.Trim();
        }

        throw GitFailures.NoRevision(source.Url, wanted);
    }

    /// <summary>Gives the directory another name that is free: `NAME.bak`, `NAME.bak1`, …, as pip does.</summary>
    private void SetAside()
    {
        var parent = Path.GetDirectoryName(path) ?? "/";
        var name = Path.GetFileName(path);
        using var folder = DirectoryHandle.Open(parent);
        for (var number = 0; ; number++)
        {
            var free = number == 0 ? $"{name}.bak" : $"{name}.bak{number}";
            if (FileStatus.TryRead(Path.Join(parent, free), followLinks: false, out _) != FileError.NotFound)
                continue;
            var error = folder.TryRename(name, folder, free, replace: false);
            if (error == FileError.AlreadyExists)
                continue;
            if (error != FileError.None)
                throw new FileSystemException("rename", path, error);
            return;
        }
    }

    private Task<GitAnswer> RunAsync(
        string folder,
        ImmutableArray<string> arguments,
        GitUrl? login,
        CancellationToken cancellationToken
    ) => git.RunAsync(folder, arguments, login, isForSubmodules: false, options.Progress, cancellationToken);

    /// <summary>Why a directory stays as it is unless the user says what to do.</summary>
    private readonly record struct Obstacle(string Reason, bool CanSwitch)
    {
        public bool Allows(ExistingPathAction action) => action != ExistingPathAction.Switch || CanSwitch;

        public Diagnostic ToDiagnostic(string place) =>
            new("checkout-in-the-way", $"`{place}` stays as it is: {Reason}")
            {
                Hints =
                [
                    $"Say what to do with {Control.ExistsAction}: {(CanSwitch ? "`s` uses the other repository, " : "")}`i` leaves it and installs it, `b` keeps it under another name, `w` removes it",
                ],
            };
    }
}
