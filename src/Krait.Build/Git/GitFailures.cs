using Krait.Archives;
using Krait.Packaging.Text;

namespace Krait.Build.Git;

/// <summary>Says in the user's words why git could not do something.</summary>
internal static class GitFailures
{
    private static readonly (string Text, string Reason, Remedy Hint)[] Known =
    [
        (
            "Authentication failed",
            "the server rejected the credentials",
            "Check the user name and password, or configure a credential helper for git"
        ),
        (
            "could not read Username",
            "the server requires a user name and password",
            "Configure a credential helper for git, or use an SSH URL"
        ),
        (
            "could not read Password",
            "the server requires a password",
            "Configure a credential helper for git, or use an SSH URL"
        ),
        (
            "Permission denied (",
            "the server rejected the SSH keys",
            "Check which keys `ssh-add -l` lists, and that your account may read the repository"
        ),
        (
            "Host key verification failed",
            "the host key of the server is not known",
            "Connect once with `ssh` to accept the host key"
        ),
        ("Could not resolve host", "the host name could not be resolved", "Check the URL and the network connection"),
        ("Connection refused", "the connection was refused", "Check the URL and the network connection"),
        ("Connection timed out", "the connection timed out", "Check the network connection, and try again"),
        ("Operation too slow", "the transfer stalled", "Check the network connection, and try again"),
        (
            "SSL certificate problem",
            "the certificate of the server is not trusted",
            "Point `GIT_SSL_CAINFO` to the certificate of your organization"
        ),
        (
            "Repository not found",
            "there is no such repository, or it is private",
            "Check the URL, and that your account may read the repository"
        ),
        ("does not appear to be a git repository", "there is no git repository", "Check the URL"),
        ("does not exist", "there is no such repository", "Check the URL"),
        (
            "not found",
            "there is no such repository, or it is private",
            "Check the URL, and that your account may read the repository"
        ),
        (
            "The requested URL returned error: 403",
            "access was denied (403)",
            "Check that your account may read the repository"
        ),
        (
            "transport 'file' not allowed",
            "it refers to a submodule on this machine",
            "Use a URL with `https` or `ssh` for the submodule"
        ),
        ("not allowed", "it uses a transport that is not allowed", "Use a URL with `https` or `ssh`"),
        (
            "No space left on device",
            "the disk is full",
            Remedy.Of($"Free some space, for example with {Control.CachePrune}")
        ),
    ];

    /// <summary>The failure to fetch from a repository.</summary>
    public static KraitException Fetch(GitUrl url, string? revision, GitAnswer answer)
    {
        var what = revision is null ? $"`{url}`" : $"`{SafeText.Escape(revision)}` from `{url}`";
        if (answer.IsStopped)
        {
            return Make(
                "git-fetch",
                $"could not fetch {what}: git did nothing for 10 minutes",
                [],
                "Check the network connection, and try again"
            );
        }

        var isMissing =
            answer.Errors.Contains("couldn't find remote ref", StringComparison.OrdinalIgnoreCase)
            || answer.Errors.Contains("not our ref", StringComparison.Ordinal);
        if (isMissing && revision is not null)
            return NoRevision(url, revision);
        foreach (var (text, reason, hint) in Known)
        {
            if (answer.Errors.Contains(text, StringComparison.Ordinal))
                return Make("git-fetch", $"could not fetch {what}: {reason}", Lines(answer), hint);
        }

        return Make("git-fetch", $"could not fetch {what}: git failed", Lines(answer), null);
    }

    /// <summary>The repository does not have what is asked for.</summary>
    public static KraitException NoRevision(GitUrl url, string revision) =>
        Make(
            "git-no-revision",
            $"the repository `{url}` has no branch, tag or commit `{SafeText.Escape(revision)}`",
            [],
            "Check the revision; `git ls-remote` lists the branches and tags of a repository"
        );

    /// <summary>The start of a commit's name that several commits share.</summary>
    public static KraitException Ambiguous(GitUrl url, string revision) =>
        Make(
            "git-ambiguous",
            $"`{SafeText.Escape(revision)}` stands for several commits of `{url}`",
            [],
            "Write the full commit"
        );

    /// <summary>Checking out failed.</summary>
    public static KraitException Checkout(GitUrl url, string commit, string step, GitAnswer answer)
    {
        foreach (var (text, reason, hint) in Known)
        {
            if (answer.Errors.Contains(text, StringComparison.Ordinal))
            {
                return Make(
                    "git-checkout",
                    $"could not {step} of `{url}` at {commit[..12]}: {reason}",
                    Lines(answer),
                    hint
                );
            }
        }

        return Make("git-checkout", $"could not {step} of `{url}` at {commit[..12]}: git failed", Lines(answer), null);
    }

    /// <summary>Files of Git LFS are wanted without it.</summary>
    public static KraitException NoLfs(GitUrl url) =>
        Make(
            "git-no-lfs",
            $"`{url}` keeps files in Git LFS, and git-lfs is not installed",
            [],
            "Install git-lfs, or set `lfs = false` if the project can be built without these files"
        );

    /// <summary>The network is needed and not allowed.</summary>
    public static KraitException Offline(GitUrl url, string? revision) =>
        Make(
            "git-offline",
            revision is null
                ? $"`{url}` is not in the cache"
                : $"`{SafeText.Escape(revision)}` of `{url}` is not in the cache",
            [],
            Remedy.Of($"Run once without {Control.Offline}"),
            ControlKind.Offline
        );

    private static IReadOnlyList<string> Lines(GitAnswer answer) =>
        [
            .. answer
                .Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line =>
                    line.Contains("fatal:", StringComparison.Ordinal)
                    || line.Contains("error:", StringComparison.Ordinal)
                    || line.Contains("remote:", StringComparison.Ordinal)
                )
                .Take(4)
                .Select(line => $"git: {SafeText.Escape(line.Trim())}"),
        ];

    private static KraitException Make(
        string code,
        string message,
        IReadOnlyList<string> notes,
        Remedy? hint,
        ControlKind? because = null
    ) =>
        new(
            new Diagnostic(code, message)
            {
                Notes = [.. notes],
                Hints = hint is null ? [] : [hint],
                Because = because,
            }
        );
}
