using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Krait.Environments.Installed;
using Krait.Platform.Files;

namespace Krait.Projects.Remembering;

/// <summary>
/// What a successful sync leaves in the environment, so that the next one can tell within a few milliseconds that there is nothing to do: what was
/// asked for, and the stamps of every file and directory that the answer depended on. Any difference means that everything is looked at again.
/// </summary>
public static class SyncMemory
{
    private const string FileName = ".krait-synced";
    private const string Form = "krait-synced 1";
    private const int LargestFile = 4 * 1024 * 1024;

    /// <summary>Whether an environment is known to be as it was after the same request.</summary>
    /// <param name="environment">The directory of the environment.</param>
    /// <param name="request">Everything that was asked for, as text.</param>
    /// <param name="packages">How many packages were installed.</param>
    public static bool Holds(string environment, string request, out int packages)
    {
        packages = 0;
        if (
            PlainFile.TryReadBytes(Path.Join(environment, FileName), LargestFile, out var content) != FileError.None
            || Encoding.UTF8.GetString(content).Split('\n') is not [Form, var digest, var count, .. var lines]
            || !string.Equals(digest, DigestOf(request), StringComparison.Ordinal)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out packages)
            || lines is not [.., ""]
        )
        {
            return false;
        }

        foreach (var line in lines.AsSpan(0, lines.Length - 1))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !line.AsSpan(0, space).SequenceEqual(TextOf(FileStamp.Take(line[(space + 1)..]))))
                return false;
        }

        return true;
    }

    /// <summary>Remembers a sync; a file that changed since the sync began may have been read before, and nothing is remembered then.</summary>
    /// <param name="environment">The directory of the environment.</param>
    /// <param name="request">Everything that was asked for, as text.</param>
    /// <param name="packages">How many packages are installed.</param>
    /// <param name="read">The files that were read; those that are missing have to stay so.</param>
    /// <param name="written">The files and directories that the sync itself may have changed.</param>
    /// <param name="began">When the sync began, in nanoseconds since 1970.</param>
    public static void Write(
        string environment,
        string request,
        int packages,
        IEnumerable<string> read,
        IEnumerable<string> written,
        long began
    )
    {
        // The clock of a file system goes by ticks of some milliseconds.
        const long Tick = 20_000_000;
        var text = new StringBuilder(Form).Append('\n').Append(DigestOf(request)).Append('\n');
        text.Append(packages.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var path in read.Distinct(StringComparer.Ordinal))
        {
            var stamp = FileStamp.Take(path);
            if (stamp.Changed >= began - Tick || path.Contains('\n', StringComparison.Ordinal))
            {
                Forget(environment);
                return;
            }

            text.Append(TextOf(stamp)).Append(' ').Append(path).Append('\n');
        }

        foreach (var path in written.Distinct(StringComparer.Ordinal))
            text.Append(TextOf(FileStamp.Take(path))).Append(' ').Append(path).Append('\n');
        try
        {
            AtomicFile.Write(Path.Join(environment, FileName), Encoding.UTF8.GetBytes(text.ToString()), durable: false);
        }
        catch (FileSystemException)
        {
            // Nothing is lost but time.
        }
    }

    /// <summary>Forgets what is known of an environment.</summary>
    public static void Forget(string environment) => FolderTree.Remove(Path.Join(environment, FileName));

    /// <summary>The directories of packages in a directory of packages: a module that is deleted from one changes it.</summary>
    public static IEnumerable<string> FoldersIn(string sitePackages)
    {
        if (DirectoryHandle.TryOpen(sitePackages, out var folder) != FileError.None || folder is null)
            return [];
        using (folder)
        {
            return
            [
                .. folder
                    .List()
                    .Where(entry => entry.Kind == FileKind.Folder)
                    .Select(entry => Path.Join(sitePackages, entry.Name))
                    .Order(StringComparer.Ordinal)
                    .Prepend(sitePackages),
            ];
        }
    }

    private static string DigestOf(string request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));

    private static string TextOf(FileStamp stamp) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{stamp.Inode:x}:{stamp.Size:x}:{stamp.Modified:x}:{stamp.Changed:x}"
        );
}
