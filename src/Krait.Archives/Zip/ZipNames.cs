using System.Collections.Immutable;
using System.Text;

namespace Krait.Archives.Zip;

/// <summary>
/// Compares the names of an archive with each other: none may be both file and folder, and no two may become one on this system, which
/// may not keep case or Unicode form apart, unless their contents are equal.
/// </summary>
internal static class ZipNames
{
    /// <summary>Checks all names.</summary>
    /// <param name="headers">The entries.</param>
    /// <param name="rules">Which names this system keeps apart.</param>
    /// <param name="onTwins">Decides about two files with one name; called for each such pair.</param>
    /// <returns>The entries without repetitions of one name.</returns>
    public static ImmutableArray<ZipEntry> Check(
        List<ZipDirectory.Header> headers,
        FileNameRules rules,
        Action<(ZipEntry First, ZipEntry Second)> onTwins
    )
    {
        var seen = new Dictionary<string, ZipEntry>(headers.Count, StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var entries = ImmutableArray.CreateBuilder<ZipEntry>(headers.Count);
        foreach (var header in headers)
        {
            var entry = header.Entry;
            if (rules.ForbidsReserved && !ArchivePath.TryParse(entry.Path.Value, rules, out _, out var error))
                throw new UnsafeArchiveException(error);
            var key = rules.FoldsNames ? entry.Path.Value.ToLowerInvariant() : entry.Path.Value;
            AddFolders(folders, entry.IsDirectory ? key : ParentOf(key));
            if (seen.TryAdd(key, entry))
            {
                entries.Add(entry);
                continue;
            }

            var first = seen[key];
            onTwins((first, entry));
            if (!first.Path.Equals(entry.Path))
                entries.Add(entry);
        }

        if (rules.FoldsNames)
            CheckForms(entries, onTwins);
        foreach (var (key, entry) in seen)
        {
            if (!entry.IsDirectory && folders.Contains(key))
            {
                throw UnsafeArchiveException.Because(
                    "archive-file-and-folder",
                    $"`{SafeText.Escape(entry.Path.Value)}` is both a file and a directory"
                );
            }
        }

        return entries.ToImmutable();
    }

    private static string ParentOf(string key) => key[..Math.Max(0, key.LastIndexOf('/'))];

    private static void AddFolders(HashSet<string> folders, string folder)
    {
        while (folder.Length > 0 && folders.Add(folder))
            folder = ParentOf(folder);
    }

    /// <summary>
    /// Finds a name spelled with combining marks beside one spelled with composed letters.
    /// </summary>
    private static void CheckForms(
        ImmutableArray<ZipEntry>.Builder entries,
        Action<(ZipEntry First, ZipEntry Second)> onTwins
    )
    {
        Dictionary<string, ZipEntry>? decomposed = null;
        foreach (var entry in entries)
        {
            if (!Ascii.IsValid(entry.Path.Value) && NameForms.HasMarks(entry.Path.Value, out var key))
                (decomposed ??= new(StringComparer.Ordinal)).TryAdd(key, entry);
        }

        if (decomposed is null)
            return;
        foreach (var entry in entries)
        {
            var isComposed = !Ascii.IsValid(entry.Path.Value) & !NameForms.HasMarks(entry.Path.Value, out var key);
            if (isComposed && decomposed.TryGetValue(key, out var twin))
                onTwins((twin, entry));
        }
    }
}
