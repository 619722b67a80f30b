using System.IO.Compression;
using Krait.Platform.Files;

namespace Krait.Projects.Saving;

/// <summary>Packs the files of a checkout into a zip archive, below a folder of its own: the same files give the same bytes.</summary>
internal static class CheckoutArchive
{
    private const int FileMode = 0b1_000_000_110_100_100;
    private const int ProgramMode = 0b1_000_000_111_101_101;
    private static readonly DateTimeOffset Moment = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the archive.</summary>
    /// <exception cref="FileSystemException">A file cannot be read, or the archive not written.</exception>
    public static Task WriteAsync(string folder, string root, string target, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            target,
            (stream, token) => PackAsync(folder, root, stream, token),
            durable: false,
            cancellationToken
        );

    private static async Task PackAsync(string folder, string root, Stream stream, CancellationToken cancellationToken)
    {
        // The archive needs to know its position, which not every stream does.
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in FileList.OfFolder(folder))
            {
                if (file.StartsWith(".git/", StringComparison.Ordinal))
                    continue;
                var entry = archive.CreateEntry($"{root}/{file}", CompressionLevel.Optimal);
                entry.LastWriteTime = Moment;
                var path = Path.Join(folder, file);
                var isProgram =
                    FileStatus.TryRead(path, followLinks: false, out var status) == FileError.None
                    && status.IsExecutable;
                entry.ExternalAttributes = (isProgram ? ProgramMode : FileMode) << 16;
                await using var from = PlainFile.OpenRead(path);
                await using var to = await entry.OpenAsync(cancellationToken);
                await from.CopyToAsync(to, cancellationToken);
            }
        }

        content.Position = 0;
        await content.CopyToAsync(stream, cancellationToken);
    }
}
