using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Health;

/// <summary>Finds a file of pins: one that is there, or an earlier revision of one.</summary>
internal static class PinFiles
{
    /// <summary>The path of another file, or of a copy of a file as it was at a Git revision.</summary>
    /// <exception cref="UsageException">The text is neither.</exception>
    public static async Task<string> FindAsync(
        KraitContext context,
        ImmutableArray<string> files,
        string against,
        CancellationToken cancellationToken
    )
    {
        var path = Path.GetFullPath(against, context.WorkingFolder);
        if (
            FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None
            && status.Kind == FileKind.File
        )
        {
            return path;
        }

        if (await ShowAsync(context, against, files[0], cancellationToken) is not { } text)
        {
            throw new UsageException(
                $"`{against}` is neither a file nor a Git revision that has `{files[0]}`",
                "Use `today`, a file, or a revision such as `HEAD~1`"
            );
        }

        return WriteCopy(files[0], text);
    }

    /// <summary>The text of a file at a revision; null where there is none.</summary>
    public static async Task<string?> ShowAsync(
        KraitContext context,
        string revision,
        string file,
        CancellationToken cancellationToken
    )
    {
        return await GitCommands.TryShowAsync(
            context,
            revision,
            Path.GetFullPath(file, context.WorkingFolder),
            cancellationToken
        );
    }

    /// <summary>The revisions after one up to another that changed a file, the oldest first; null where Git cannot tell.</summary>
    public static async Task<ImmutableArray<string>?> RevisionsAsync(
        KraitContext context,
        string after,
        string upTo,
        string file,
        CancellationToken cancellationToken
    )
    {
        var full = Path.GetFullPath(file, context.WorkingFolder);
        if (GitCommands.IsOption(after))
            return null;
        ImmutableArray<string> arguments = ["rev-list", "--reverse", $"{after}..{upTo}", "--", Path.GetFileName(full)];
        var result = await GitCommands.TryRunAsync(
            context,
            Path.GetDirectoryName(full) ?? "/",
            arguments,
            cancellationToken
        );
        return result is { ExitCode: 0 }
            ? [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : null;
    }

    /// <summary>Writes a copy whose name says what kind of file it is; the system removes it with its other temporary files.</summary>
    public static string WriteCopy(string file, string text)
    {
        var copy = Path.Join(FolderTree.CreateTemporary("krait-revision-"), Path.GetFileName(file));
        AtomicFile.Write(copy, System.Text.Encoding.UTF8.GetBytes(text), durable: false);
        return copy;
    }
}
