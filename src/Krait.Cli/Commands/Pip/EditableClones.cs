using System.Collections.Immutable;
using Krait.Cli.Runs;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>For projects that are installed in place from a clone of a repository: the line that clones and installs them again.</summary>
internal static class EditableClones
{
    /// <summary>The lines by package. Projects outside a clone, or in one without a remote, have none.</summary>
    public static async Task<ImmutableDictionary<PackageName, string>> FindAsync(
        KraitContext context,
        IEnumerable<InstalledPackage> packages,
        CancellationToken cancellationToken
    )
    {
        var lines = ImmutableDictionary.CreateBuilder<PackageName, string>();
        foreach (var package in packages)
        {
            if (
                package.EditableLocation is { } folder
                && IsInClone(folder)
                && await FindAsync(context, package.Name, folder, cancellationToken) is { } line
            )
            {
                lines.Add(package.Name, line);
            }
        }

        return lines.ToImmutable();
    }

    private static bool IsInClone(string folder)
    {
        for (var next = folder; next is not null; next = Path.GetDirectoryName(next))
        {
            if (FileStatus.Exists(Path.Join(next, ".git"), followLinks: true))
                return true;
        }

        return false;
    }

    private static async Task<string?> FindAsync(
        KraitContext context,
        PackageName name,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var remote = await AskAsync("config", "--get", "remote.origin.url");
        var commit = await AskAsync("rev-parse", "HEAD");
        var below = await AskAsync("rev-parse", "--show-prefix");
        if (remote is not { Length: > 0 } || commit is not { Length: > 0 } || below is null)
            return null;
        var subdirectory = below.TrimEnd('/');
        return $"-e git+{UrlRedaction.ApplyToUrl(Address(remote))}@{commit}#egg={name}"
            + (subdirectory.Length > 0 ? $"&subdirectory={subdirectory}" : "");

        async Task<string?> AskAsync(params ImmutableArray<string> words)
        {
            var answer = await GitCommands.TryRunAsync(context, folder, words, cancellationToken);
            return answer is { ExitCode: 0 } ? answer.Output.Trim() : null;
        }
    }

    /// <summary>The address as a URL: `git@host:path` and paths are none.</summary>
    private static string Address(string remote)
    {
        if (remote.Contains("://", StringComparison.Ordinal))
            return remote;
        if (remote.StartsWith('/'))
            return $"file://{remote}";
        var colon = remote.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? $"ssh://{remote[..colon]}/{remote[(colon + 1)..].TrimStart('/')}" : remote;
    }
}
