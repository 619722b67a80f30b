using System.Collections.Immutable;
using Krait.Archives;
using Krait.Archives.Bundles;
using Krait.Build.Wheels;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;

namespace Krait.Projects.Bundles;

/// <summary>The lock file of a bundle: that of the project, with the files that were packed in the place of those elsewhere.</summary>
internal static class BundleLock
{
    /// <summary>
    /// Names the packed files. A package of which nothing was packed stays as it is, so that a machine that would need it finds out that the
    /// bundle is not for it.
    /// </summary>
    public static Pylock Rewrite(Pylock pylock, PackedFiles files) =>
        pylock with
        {
            Packages = [.. pylock.Packages.Select(package => Rewrite(package, files))],
        };

    /// <summary>The first file that a selection needs and the bundle does not have; null where it has all.</summary>
    public static PylockPackage? FindMissing(IEnumerable<PylockChoice> selection) =>
        selection.FirstOrDefault(choice => FileOf(choice)?.Path is null)?.Package;

    /// <summary>Compares what a lock file says of the files of its bundle with what the manifest says.</summary>
    /// <returns>What is wrong, as the end of a sentence; null for nothing.</returns>
    public static string? FindDifference(Pylock pylock, BundleManifest manifest)
    {
        var known = manifest.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var file in pylock.Packages.SelectMany(FilesOf))
        {
            if (file.Path is not { } path)
                continue;
            if (!known.TryGetValue(path, out var listed) || listed.Use is not BundleUse.Install)
                return $"its lock file names `{SafeText.Escape(path)}`, which it does not hold";
            var isRight =
                file.TryReadHashes(out var hashes, out _)
                && hashes.Where(hash => hash.Algorithm == listed.Sha256.Algorithm).All(listed.Sha256.Equals);
            if (!isRight)
                return $"its lock file is about another `{listed.Name}`";
        }

        return pylock.Packages.Any(package => package.Directory is not null || package.Vcs is not null)
            ? "its lock file names what is not in it"
            : null;
    }

    private static PylockPackage Rewrite(PylockPackage package, PackedFiles files)
    {
        var packed = files.Of(PackageName.Parse(package.Name), package.Version).ToList();
        if (packed.Count == 0)
        {
            // Directories and repositories are of the machine that packed: elsewhere they would mean something else.
            return package.Directory is null && package.Vcs is null
                ? package
                : package with
                {
                    Directory = null,
                    Vcs = null,
                    Wheels = [],
                };
        }

        if (package.Archive is { } archive)
            return package with { Archive = With(archive, packed[0]) };
        var wheels = packed.Where(file => file.Path.EndsWith(".whl", StringComparison.Ordinal));
        var sdist = packed.Find(file => !file.Path.EndsWith(".whl", StringComparison.Ordinal));
        return package with
        {
            Version = package.Version ?? packed[0].Version,
            Vcs = null,
            Directory = null,
            Sdist = sdist is null ? null : With(package.Sdist, sdist),
            Wheels = [.. wheels.Select(wheel => With(Find(package, wheel), wheel))],
        };
    }

    private static PylockFile? Find(PylockPackage package, PackedFile file) =>
        (package.Wheels ?? []).FirstOrDefault(wheel =>
            string.Equals(wheel.FileName, Path.GetFileName(file.Path), StringComparison.Ordinal)
        );

    private static PylockFile With(PylockFile? known, PackedFile file)
    {
        var path = BundleFile.Folder + Path.GetFileName(file.Path);
        if (known is not null)
            return known with { Name = known.FileName, Path = path };
        var (digest, size) = FileDigest.Of(file.Path);
        return new PylockFile
        {
            Path = path,
            Size = size,
            Hashes = [new KeyValuePair<string, string>("sha256", digest.Hex)],
        };
    }

    private static PylockFile? FileOf(PylockChoice choice) =>
        choice switch
        {
            PylockChoice.FromWheel wheel => wheel.File,
            PylockChoice.FromSdist sdist => sdist.File,
            PylockChoice.FromArchive archive => archive.File,
            _ => null,
        };

    private static IEnumerable<PylockFile> FilesOf(PylockPackage package) =>
        (package.Wheels ?? []).Concat(((PylockFile?[])[package.Sdist, package.Archive]).OfType<PylockFile>());
}
