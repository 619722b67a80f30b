using System.Security.Cryptography;
using Krait.Environments.Installed;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Platform.Files;

namespace Krait.Projects.Changing;

/// <summary>
/// Compares installed files with what RECORD says of them: a module that was deleted or edited makes its package one to be installed again. Only
/// files that changed after the package was installed are read.
/// </summary>
internal static class InstalledFiles
{
    /// <summary>The packages of which a file is missing or is not what was installed.</summary>
    public static HashSet<PackageName> FindDamaged(InstalledDistributions installed)
    {
        var damaged = new HashSet<PackageName>();
        foreach (var distribution in installed.All.Where(one => one.Kind == InstalledKind.DistInfo && !one.IsForeign))
        {
            if (IsDamaged(distribution))
                damaged.Add(distribution.Name);
        }

        return damaged;
    }

    private static bool IsDamaged(InstalledDistribution distribution)
    {
        var record = Path.Join(distribution.Path, "RECORD");
        if (
            FileStatus.TryRead(record, followLinks: true, out var written) != FileError.None
            || !RecordFile.TryParse(distribution.ReadRecord(), out var entries, out _, out _)
        )
        {
            return false;
        }

        foreach (var entry in entries.Where(entry => entry.Hash is not null && !IsDerived(entry.Path)))
        {
            var path = Path.GetFullPath(entry.Path, distribution.Location);
            var error = FileStatus.TryRead(path, followLinks: true, out var status);
            if (error == FileError.NotFound)
                return true;
            if (error != FileError.None)
                continue;
            if (entry.Size is { } size && status.Size != size)
                return true;
            if (status.Modified > written.Modified && !HasHash(path, entry.Hash!)) // filtered before
                return true;
        }

        return false;
    }

    /// <summary>Files that Python itself makes and removes.</summary>
    private static bool IsDerived(string path) => path.EndsWith(".pyc", StringComparison.Ordinal);

    private static bool HasHash(string path, string hash)
    {
        if (
            !hash.StartsWith("sha256=", StringComparison.Ordinal)
            || PlainFile.TryReadBytes(path, out var content) != FileError.None
        )
        {
            return true;
        }

        var digest = Convert.ToBase64String(SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return string.Equals(hash["sha256=".Length..], digest, StringComparison.Ordinal);
    }
}
