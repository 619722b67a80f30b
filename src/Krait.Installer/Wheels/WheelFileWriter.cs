using System.Security.Cryptography;
using System.Text;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Installer.Wheels;

/// <summary>
/// Writes the files of a wheel into the folders made for them: each is inflated, compared with its CRC, hashed and written in one
/// pass. One for each worker.
/// </summary>
internal sealed class WheelFileWriter(ZipArchive archive, DirectoryHandle root, ZipExtractor extractor) : IDisposable
{
    private readonly uint mask = FileCreationMask.Value;
    private DirectoryHandle? folder;
    private string folderPath = "";

    /// <summary>Writes one file. Neighbours should be of one folder, which then is opened once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="digest">Receives the SHA-256 of its content.</param>
    /// <exception cref="UnsafeArchiveException">Its content is damaged, or not what the headers say.</exception>
    /// <exception cref="FileSystemException">It cannot be written.</exception>
    public StoredFile Write(WheelFile file, Span<byte> digest)
    {
        Enter(file.Folder);
        var place = folder ?? root;
        var mode = (file.IsExecutable ? 0b111_111_111u : 0b110_110_110u) & ~mask;
        var name = Encoding.UTF8.GetBytes(file.Entry.Path.Name + '\0');
        FileStatus status;
        var hasPlaceholder = false;
        if (file.Entry is { Size: <= ZipExtractor.WholeSize, CompressedSize: <= ZipExtractor.WholeSize })
        {
            var content = extractor.Read(archive, file.Entry).Span;
            hasPlaceholder = file.Scheme == WheelScheme.Scripts && content.StartsWith("#!python"u8);
            SHA256.HashData(content, digest);
            Check(place.TryWriteNew(name, content, mode, out status), place, file);
        }
        else
        {
            status = WriteLarge(place, file, name, mode, digest, ref hasPlaceholder);
        }

        return new StoredFile(status.Size, status.Modified, status.Inode, file.IsExecutable, hasPlaceholder);
    }

    /// <inheritdoc/>
    public void Dispose() => folder?.Dispose();

    private void Enter(string path)
    {
        if (string.Equals(path, folderPath, StringComparison.Ordinal))
            return;
        folder?.Dispose();
        folder = null;
        folderPath = path;
        if (path.Length > 0)
        {
            var error = root.TryOpenFolder(path, out folder);
            if (folder is null)
                throw new FileSystemException("open", Path.Join(root.Path, path), error);
        }
    }

    private FileStatus WriteLarge(
        DirectoryHandle place,
        WheelFile file,
        byte[] name,
        uint mode,
        Span<byte> digest,
        ref bool hasPlaceholder
    )
    {
        Check(place.TryCreateNew(name, mode, out var created), place, file);
        using var output = created;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isScript = file.Scheme == WheelScheme.Scripts;
        var startsSo = false;
        extractor.Extract(
            archive,
            file.Entry,
            piece =>
            {
                startsSo |= isScript && piece.Span.StartsWith("#!python"u8);
                isScript = false;
                hash.AppendData(piece.Span);
                Check(DirectoryFiles.TryAppend(Existing(output), piece.Span), place, file);
            }
        );
        hasPlaceholder = startsSo;
        hash.GetHashAndReset(digest);
        Check(DirectoryFiles.TryStatus(Existing(output), out var status), place, file);
        return status;
    }

    private static SafeFileHandle Existing(SafeFileHandle? file) => file ?? throw new InvalidOperationException();

    private static void Check(FileError error, DirectoryHandle place, WheelFile file)
    {
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(place.Path, file.Entry.Path.Name), error);
    }
}
