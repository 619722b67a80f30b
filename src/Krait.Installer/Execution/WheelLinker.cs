using System.Text;
using Krait.Installer.Wheels;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// Gives the files of an unpacked wheel their names in the stage. Each file is first compared with the manifest; one that was edited,
/// replaced or lost condemns the cache's entry.
/// </summary>
internal sealed class WheelLinker(StageArea stage, LinkMode mode)
{
    private readonly uint mask = FileCreationMask.Value;
    private readonly FileOwner owner = FileOwner.OfProcess();
    private volatile bool copies = mode is LinkMode.Copy or LinkMode.Clone;
    private volatile bool clones = mode is LinkMode.Clone;

    /// <summary>A file of a wheel whose name in the stage was taken by another wheel's.</summary>
    public readonly record struct Collision(int Wheel, int Folder, int File);

    /// <summary>Links all files but those that depend on the environment.</summary>
    /// <param name="wheel">The wheel.</param>
    /// <param name="index">Its place in the plan.</param>
    /// <param name="isOwnRecord">Whether a RECORD is written for this environment, and the stored one left out.</param>
    /// <param name="cancellationToken">Ends the work between two folders.</param>
    /// <returns>Names that were taken; null when there were none.</returns>
    public List<Collision>? Link(StoredWheel wheel, int index, bool isOwnRecord, CancellationToken cancellationToken)
    {
        var manifest = wheel.Manifest;
        var check = new StoredFileCheck(wheel);
        using var tree = OpenTree(wheel);
        List<Collision>? collisions = null;
        var file = 0;
        for (var folder = 0; folder < manifest.FolderCount; folder++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (sourceName, scheme, _) = manifest.Folder(folder);
            var part = stage.Part(stage.IndexOf(scheme, manifest.Facts.IsPure));
            var source = Text(sourceName);
            var target = wheel.TargetOf(folder);
            if (scheme == WheelScheme.Headers)
                MakeFolder(part, wheel.Key.File.Name.Value);
            MakeFolder(part, target);
            var count = manifest.FilesIn(folder);
            if (count == 0)
                continue;
            using var from = Open(tree, source, wheel);
            using var into = Open(part, target);
            for (var end = file + count; file < end; file++)
            {
                if (IsLeftOut(manifest, source, file, isOwnRecord))
                    continue;
                var isDescription = string.Equals(source, manifest.Facts.DistInfo, StringComparison.Ordinal);
                if (!Link(wheel, check, from ?? tree, into ?? part, file, isDescription))
                    (collisions ??= []).Add(new Collision(index, folder, file));
            }
        }

        check.Finish();
        return collisions;
    }

    /// <summary>Puts a file in the place of another one of its name.</summary>
    public void Replace(StoredWheel wheel, Collision collision)
    {
        using var tree = OpenTree(wheel);
        var (sourceName, scheme, _) = wheel.Manifest.Folder(collision.Folder);
        var part = stage.Part(stage.IndexOf(scheme, wheel.Manifest.Facts.IsPure));
        using var from = Open(tree, Text(sourceName), wheel);
        using var folder = Open(part, wheel.TargetOf(collision.Folder));
        var into = folder ?? part;
        var name = NameOf(wheel, collision.File);
        var error = into.TryRemove(name);
        if (error is not (FileError.None or FileError.NotFound))
            throw new FileSystemException("replace", Path.Join(into.Path, name), error);
        var isDescription = string.Equals(Text(sourceName), wheel.Manifest.Facts.DistInfo, StringComparison.Ordinal);
        if (!Link(wheel, new StoredFileCheck(wheel), from ?? tree, into, collision.File, isDescription))
            throw new FileSystemException("replace", Path.Join(into.Path, name), FileError.AlreadyExists);
    }

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span[..^1]);

    private static string NameOf(StoredWheel wheel, int file) => Text(wheel.Manifest.FileName(file));

    private static bool IsLeftOut(WheelManifest manifest, string folder, int file, bool isOwnRecord)
    {
        if (manifest.File(file).HasPlaceholder)
            return true;
        return isOwnRecord
            && string.Equals(folder, manifest.Facts.DistInfo, StringComparison.Ordinal)
            && manifest.FileName(file).Span.SequenceEqual("RECORD\0"u8);
    }

    private static DirectoryHandle OpenTree(StoredWheel wheel) =>
        DirectoryHandle.TryOpen(wheel.Tree, out var tree) == FileError.None && tree is not null
            ? tree
            : throw DamagedWheelException.Dropping(wheel, ".");

    private static DirectoryHandle? Open(DirectoryHandle tree, string path, StoredWheel wheel)
    {
        if (path.Length == 0)
            return null;
        return tree.TryOpenFolder(path, out var folder) == FileError.None
            ? folder
            : throw DamagedWheelException.Dropping(wheel, path);
    }

    private static DirectoryHandle? Open(DirectoryHandle part, string path)
    {
        if (path.Length == 0)
            return null;
        var error = part.TryOpenFolder(path, out var folder);
        return error == FileError.None
            ? folder
            : throw new FileSystemException("open", Path.Join(part.Path, path), error);
    }

    private static void MakeFolder(DirectoryHandle part, string path)
    {
        if (path.Length == 0)
            return;
        var error = part.TryCreateFolder(path);
        // Parents come first in a manifest, so only a name that another wheel uses for a file can be in the way; the session finds it.
        if (error is not (FileError.None or FileError.AlreadyExists))
            throw new FileSystemException("create the directory", Path.Join(part.Path, path), error);
    }

    /// <summary>Links or copies one file; false when its name is taken.</summary>
    private bool Link(
        StoredWheel wheel,
        StoredFileCheck check,
        DirectoryHandle from,
        DirectoryHandle into,
        int index,
        bool isDescription
    )
    {
        if (!check.IsRight(from, index, out var status))
            throw DamagedWheelException.Dropping(wheel, NameOf(wheel, index));
        var isOurs = owner.Trusts(status.UserId);
        if (!isOurs && IsGivenAway(from, status))
            throw DamagedWheelException.Dropping(wheel, NameOf(wheel, index));
        var name = wheel.Manifest.FileName(index).Span;
        var wanted = (wheel.Manifest.File(index).IsExecutable ? 0b111_111_111u : 0b110_110_110u) & ~mask;
        // Whoever reads an environment may refuse to follow links out of it: what describes a distribution is always its own.
        if (mode == LinkMode.Symlink && !isDescription && !wheel.IsTemporary)
            return LinkSymbolically(from, into, NameOf(wheel, index));
        // Who owns a file may write to it: what another user of a shared cache unpacked is not shared with an environment.
        if (mode != LinkMode.Symlink && !copies && isOurs && status.Permissions == wanted)
        {
            var error = into.TryLink(from, name, name);
            if (error == FileError.None)
                return true;
            if (error == FileError.AlreadyExists)
                return false;
            // One file has too many names; or no file can be linked from there to here.
            if (error is FileError.CrossDevice or FileError.NotPermitted or FileError.NotSupported)
                copies = true;
            else if (error is not FileError.TooManyLinks)
                throw new FileSystemException("link", Path.Join(into.Path, NameOf(wheel, index)), error);
        }

        var shares = clones;
        var isNew = FileCopy.TryCopy(from, into, name, wanted, ref shares);
        clones &= shares;
        return isNew;
    }

    /// <summary>
    /// Whether a file has another owner than the folder that it was unpacked into: the owner of an environment that it was linked into was
    /// changed, and may have written to it since, whatever its times say.
    /// </summary>
    private static bool IsGivenAway(DirectoryHandle folder, FileStatus file) =>
        folder.TryStatus(out var status) != FileError.None || status.UserId != file.UserId;

    private static bool LinkSymbolically(DirectoryHandle from, DirectoryHandle into, string name)
    {
        var error = into.TryCreateSymbolicLink(Path.Join(from.Path, name), name);
        return error switch
        {
            FileError.None => true,
            FileError.AlreadyExists => false,
            _ => throw new FileSystemException("link", Path.Join(into.Path, name), error),
        };
    }
}
