using Krait.Environments.Installed;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;

namespace Krait.Installer.Uninstalling;

/// <summary>The files that a description on disk claims, as absolute paths; whether they may be removed is decided elsewhere.</summary>
internal static class OwnedFiles
{
    /// <summary>Reads what an installed distribution claims.</summary>
    /// <exception cref="KraitException">It has no list of files that could be followed.</exception>
    public static List<string> Of(InstalledDistribution distribution) =>
        Read(distribution, distribution.Location, distribution.EntryName)
        ?? throw new KraitException(
            new Diagnostic("cannot-uninstall", $"`{distribution.Name}` {distribution.VersionText} cannot be removed")
            {
                Package = distribution.Name.Value,
                Version = distribution.VersionText,
                Notes = [$"`{distribution.Path}` does not list the files that were installed"],
                Hints = ["Remove it with the tool that installed it, or create the environment again"],
            }
        );

    /// <summary>Reads what a description claims that may have been set aside already; null when it has no list.</summary>
    /// <param name="distribution">The description, wherever it lies now.</param>
    /// <param name="location">The folder of packages that it belongs to.</param>
    /// <param name="entryName">Its name there.</param>
    public static List<string>? Read(InstalledDistribution distribution, string location, string entryName)
    {
        switch (distribution.Kind)
        {
            case InstalledKind.DistInfo:
                var record = distribution.ReadRecord();
                // A description that was never finished claims nothing but itself.
                if (record.Length == 0)
                    return distribution.IsComplete ? null : [];
                return ReadRecord(record, location);
            case InstalledKind.EggInfoFolder:
                return ReadList(distribution.Read("installed-files.txt"), Path.Join(location, entryName));
            case InstalledKind.EggLink:
                return [];
            default:
                return null;
        }
    }

    private static List<string> ReadRecord(byte[] record, string location)
    {
        // What can be read of a damaged list is still owned.
        _ = RecordFile.TryParse(record, out var rows, out _, out _);
        var files = new List<string>(rows.Length);
        foreach (var row in rows)
        {
            if (row.Path.Length > 0 && !row.Path.Contains('\0', StringComparison.Ordinal))
                files.Add(Path.GetFullPath(row.Path, location));
        }

        return files;
    }

    private static List<string>? ReadList(byte[] list, string folder)
    {
        if (list.Length == 0)
            return null;
        var files = new List<string>();
        foreach (var line in System.Text.Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length > 0 && !line.Contains('\0', StringComparison.Ordinal))
                files.Add(Path.GetFullPath(line, folder));
        }

        return files;
    }
}
