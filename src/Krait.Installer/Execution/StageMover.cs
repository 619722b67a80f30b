using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// Moves what is staged to its place: whole folders by one rename where nothing is in the way, else name by name. What is not in the
/// stage any more was moved before, so that an interrupted move is finished by doing it again. The descriptions (`.dist-info`) come
/// last: nothing is called installed before its files are there.
/// </summary>
internal sealed class StageMover(StageArea stage)
{
    private const string DescriptionEnding = ".dist-info";

    /// <summary>Moves everything.</summary>
    /// <exception cref="FileSystemException">Something cannot be moved; doing it again later finishes the move.</exception>
    public void Run()
    {
        for (var part = 0; part < StageArea.PartNames.Length; part++)
            Move(part, isDescription: false);
        for (var part = 0; part < 2; part++)
            Move(part, isDescription: true);
        for (var part = 0; part < StageArea.PartNames.Length; part++)
        {
            if (stage.ExistingPart(part) is { } left && left.List().Count > 0)
                throw new FileSystemException("empty", left.Path, FileError.NotEmpty);
        }
    }

    private void Move(int part, bool isDescription)
    {
        if (stage.ExistingPart(part) is not { } from)
            return;
        FolderTree.Create(stage.Targets[part]);
        using var into = DirectoryHandle.Open(stage.Targets[part]);
        foreach (var entry in from.List())
        {
            // Only folders of packages hold descriptions.
            if ((part < 2 && entry.Name.EndsWith(DescriptionEnding, StringComparison.Ordinal)) == isDescription)
                Move(from, into, entry);
        }
    }

    private void Move(DirectoryHandle from, DirectoryHandle into, FolderEntry entry)
    {
        var error = from.TryRename(entry.Name, into, entry.Name, replace: false);
        switch (error)
        {
            case FileError.None:
            case FileError.NotFound:
                return;
            case FileError.AlreadyExists or FileError.NotEmpty:
                MoveOnto(from, into, entry);
                return;
            case FileError.CrossDevice:
                Carry(from, into, entry.Name);
                return;
            default:
                throw new FileSystemException("move", Path.Join(into.Path, entry.Name), error);
        }
    }

    private void MoveOnto(DirectoryHandle from, DirectoryHandle into, FolderEntry entry)
    {
        _ = from.TryStatus(entry.Name, out var staged);
        _ = into.TryStatus(entry.Name, out var present);
        if (staged.Kind == FileKind.Folder && present.Kind == FileKind.Folder)
        {
            Merge(from, into, entry.Name);
            return;
        }

        if (staged.Kind == FileKind.Folder && stage.Links.TryFollow(into, entry.Name) is { } linked)
        {
            using (linked)
                MoveContents(from, entry.Name, linked);
            return;
        }

        // A file or link in the place of a folder, or an empty folder in the place of a file; others were refused before.
        if (staged.Kind == FileKind.Folder)
            _ = into.TryRemove(entry.Name);
        else if (present.Kind == FileKind.Folder)
            _ = into.TryRemoveFolder(entry.Name);
        var error = from.TryRename(entry.Name, into, entry.Name, replace: true);
        if (error == FileError.CrossDevice)
            Carry(from, into, entry.Name);
        else if (error is not (FileError.None or FileError.NotFound))
            throw new FileSystemException("replace", Path.Join(into.Path, entry.Name), error);
        // Two names of one file: the rename did nothing, and the staged name stays.
        _ = from.TryRemove(entry.Name);
    }

    private void Merge(DirectoryHandle from, DirectoryHandle into, string name)
    {
        var error = into.TryOpenFolder(name, out var target);
        if (target is null)
            throw new FileSystemException("move", Path.Join(into.Path, name), error);
        using (target)
            MoveContents(from, name, target);
    }

    private void MoveContents(DirectoryHandle from, string name, DirectoryHandle target)
    {
        var error = from.TryOpenFolder(name, out var source);
        if (source is null)
            throw new FileSystemException("move", target.Path, error);
        using (source)
        {
            foreach (var entry in source.List())
                Move(source, target, entry);
        }

        _ = from.TryRemoveFolder(name);
    }

    /// <summary>Copies between file systems, where a rename cannot go: folders name by name, then the staged name is removed.</summary>
    private void Carry(DirectoryHandle from, DirectoryHandle into, string name)
    {
        _ = from.TryStatus(name, out var status);
        if (status.Kind == FileKind.Folder)
        {
            var error = into.TryCreateFolder(name);
            if (error is not (FileError.None or FileError.AlreadyExists))
                throw new FileSystemException("create the directory", Path.Join(into.Path, name), error);
            Merge(from, into, name);
            return;
        }

        // The staged file stays until the copy is whole; an interrupted one is replaced by doing it again.
        var bytes = System.Text.Encoding.UTF8.GetBytes(name + '\0');
        _ = into.TryRemove(name);
        _ = FileCopy.TryCopy(from, into, bytes, status.Permissions);
        _ = from.TryRemove(name);
    }
}
