using System.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>The `easy-install.pth` that setuptools kept for projects in development.</summary>
internal static class EasyInstallFile
{
    private const string Name = "easy-install.pth";
    private const int LongestFile = 16 << 20;

    /// <summary>Removes the line of a project that an `.egg-link` names.</summary>
    public static void RemoveLine(DirectoryHandle folder, string linkName, string location)
    {
        if (folder.TryReadFile(linkName, LongestFile, out var link) != FileError.None)
            return;
        var project = Encoding.UTF8.GetString(link).Split('\n')[0].Trim();
        using var packages = DirectoryHandle.Open(location);
        if (packages.TryReadFile(Name, LongestFile, out var content) != FileError.None)
            return;
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        var kept = lines.Where(l => !string.Equals(l.Trim(), project, StringComparison.Ordinal)).ToArray();
        if (kept.Length == lines.Length)
            return;
        if (kept.All(string.IsNullOrWhiteSpace))
        {
            _ = packages.TryRemove(Name);
        }
        else
        {
            AtomicFile.Write(
                Path.Join(location, Name),
                Encoding.UTF8.GetBytes(string.Join('\n', kept)),
                durable: false
            );
        }
    }
}
