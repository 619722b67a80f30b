using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Installer.Uninstalling;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// The descriptions of distributions that are being removed. They are set aside into the stage by one rename each, at which moment
/// the distribution is no longer installed, and their lists of files are followed from there. Where no rename can take them (the
/// stage is on another file system, or they are in a lower layer of this one) copies are set aside; the originals stay until the
/// change has begun, and are the first that it removes.
/// </summary>
internal sealed class OldDescriptions(StageArea stage, PythonEnvironment environment)
{
    private const string CopyPrefix = "copy-";

    private readonly string[] locations =
    [
        environment.Layout.SitePackages,
        environment.Layout.PlatformSitePackages,
        .. environment.IsVirtual ? [] : environment.Interpreter.SitePackages,
    ];

    /// <summary>What was found odd while files were removed.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>Sets the description of a distribution aside.</summary>
    public void SetAside(InstalledDistribution distribution)
    {
        var index = Array.IndexOf(locations, distribution.Location);
        if (index < 0)
        {
            throw new KraitException(
                new Diagnostic(
                    "cannot-uninstall",
                    $"`{distribution.Path}` is not in the environment `{environment.Root}`"
                )
            );
        }

        using var from = DirectoryHandle.Open(distribution.Location);
        using var into = Folder($"{index}");
        var error = from.TryRename(distribution.EntryName, into, distribution.EntryName, replace: false);
        if (error == FileError.CrossDevice)
        {
            using var copies = Folder($"{CopyPrefix}{index}");
            TreeCopy.Copy(from, distribution.EntryName, copies);
        }
        else if (error != FileError.None)
        {
            throw new FileSystemException("move", distribution.Path, error);
        }
    }

    /// <summary>Puts everything back, after a change that was given up before it began.</summary>
    public void PutBack()
    {
        // The originals of copies are where they were.
        foreach (var (index, folder) in Existing(""))
        {
            using (folder)
            {
                using var into = DirectoryHandle.Open(locations[index]);
                foreach (var entry in folder.List())
                    _ = folder.TryRename(entry.Name, into, entry.Name, replace: false);
            }
        }
    }

    /// <summary>Removes the files of everything that was set aside.</summary>
    /// <param name="staying">What the other distributions have; null to read it now.</param>
    /// <returns>How many files went.</returns>
    public int RemoveFiles(StayingFiles? staying)
    {
        RemoveOriginals();
        var old = Existing("").Concat(Existing(CopyPrefix)).ToList();
        if (old.Count == 0)
            return 0;
        staying ??= new StayingFiles(InstalledDistributions.Read(environment).All);
        using var remover = new FileRemover(stage.Roots, stage.Links, staying);
        foreach (var (index, folder) in old)
        {
            using (folder)
            {
                foreach (var distribution in Read(folder))
                    Remove(remover, distribution, locations[index]);
                foreach (var entry in folder.List().Where(e => e.Name.EndsWith(".egg-link", StringComparison.Ordinal)))
                    EasyInstallFile.RemoveLine(folder, entry.Name, locations[index]);
            }
        }

        remover.Finish();
        return remover.Removed;
    }

    private void Remove(FileRemover remover, InstalledDistribution distribution, string location)
    {
        var kept = remover.Remove(OwnedFiles.Read(distribution, location, distribution.EntryName) ?? []);
        if (kept.Count == 0)
            return;
        Warnings.Add(
            new Diagnostic(
                "file-kept",
                $"`{kept[0]}` stays: `{distribution}` lists it, but no package of this environment can own it"
            )
            {
                Notes = kept.Count == 1 ? [] : [$"so it is with {kept.Count - 1} more"],
            }
        );
    }

    private static IEnumerable<InstalledDistribution> Read(DirectoryHandle folder)
    {
        var found = InstalledDistributions.Read([folder.Path]);
        return found.All.Concat(found.Broken);
    }

    private void RemoveOriginals()
    {
        foreach (var (index, copies) in Existing(CopyPrefix))
        {
            using (copies)
            {
                using var location = DirectoryHandle.Open(locations[index]);
                foreach (var entry in copies.List())
                    FolderTree.Remove(location, entry.Name);
            }
        }
    }

    private DirectoryHandle Folder(string place)
    {
        var name = $"{StageArea.OldFolder}/{place}";
        foreach (var path in new[] { StageArea.OldFolder, name })
        {
            var error = stage.Root.TryCreateFolder(path);
            if (error is not (FileError.None or FileError.AlreadyExists))
                throw new FileSystemException("create the directory", Path.Join(stage.Root.Path, path), error);
        }

        return DirectoryHandle.Open(Path.Join(stage.Root.Path, name));
    }

    private IEnumerable<(int Index, DirectoryHandle Folder)> Existing(string prefix)
    {
        for (var index = 0; index < locations.Length; index++)
        {
            var path = Path.Join(stage.Root.Path, StageArea.OldFolder, $"{prefix}{index}");
            if (DirectoryHandle.TryOpen(path, out var folder) == FileError.None && folder is not null)
                yield return (index, folder);
        }
    }
}
