using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Cli.Runs;

/// <summary>Asks the Git of the system about the user's own repositories.</summary>
internal static class GitCommands
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Whether Git would take a word for an option instead of a revision.</summary>
    public static bool IsOption(string word) => word.StartsWith('-');

    /// <summary>The text of a file at a revision; null where there is none.</summary>
    /// <param name="context">The run.</param>
    /// <param name="revision">What the user calls it.</param>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="cancellationToken">Ends Git.</param>
    public static async Task<string?> TryShowAsync(
        KraitContext context,
        string revision,
        string path,
        CancellationToken cancellationToken
    )
    {
        if (IsOption(revision))
            return null;
        var folder = Path.GetDirectoryName(path) ?? "/";
        ImmutableArray<string> arguments = ["show", $"{revision}:./{Path.GetFileName(path)}"];
        var result = await TryRunAsync(context, folder, arguments, cancellationToken);
        return result is { ExitCode: 0 } ? result.Output : null;
    }

    /// <summary>The files below a directory that a repository has or does not ignore, relative to the directory; null without a repository.</summary>
    public static async Task<IReadOnlyList<string>?> ListFilesAsync(
        KraitContext context,
        string folder,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<string> arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        var result = await TryRunAsync(context, folder, arguments, cancellationToken);
        return result is { ExitCode: 0 } ? result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
    }

    /// <summary>Runs Git; null where it is not installed or does not run.</summary>
    public static async Task<SubprocessResult?> TryRunAsync(
        KraitContext context,
        string folder,
        ImmutableArray<string> arguments,
        CancellationToken cancellationToken
    )
    {
        if (ProgramSearch.Find("git", context.Variables.GetValueOrDefault("PATH", "")) is not { } git)
            return null;
        try
        {
            return await new Subprocess(git)
            {
                Arguments = arguments,
                WorkingFolder = folder,
                Environment = context.Variables,
                Limit = Limit,
            }.RunAsync(lines: null, cancellationToken);
        }
        catch (KraitException)
        {
            // A Git that does not run is as good as none.
            return null;
        }
    }
}
