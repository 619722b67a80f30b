using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>Reads `poetry.lock`.</summary>
internal static class PoetryLock
{
    /// <summary>Reads the versions that are locked.</summary>
    public static void Read(ImportedProject project, ImportFolder folder)
    {
        foreach (var (table, name, version) in folder.PackagesOf("poetry.lock"))
        {
            var source = table.GetTable("source");
            switch (source?.GetString("type"))
            {
                case null or "legacy":
                    project.Pin(new ImportedPin(name, version) { Marker = MarkerOf(table) });
                    break;
                case "git" when source.GetString("resolved_reference") is { } commit:
                    var requested = source.GetString("reference") is { } reference and not "HEAD" ? reference : null;
                    var repository = ImportFolder.Commit(
                        source.GetString("url") ?? "",
                        commit,
                        requested,
                        source.GetString("subdirectory")
                    );
                    project.Pin(new ImportedPin(name, version) { Repository = repository });
                    break;
                default:
                    // Archives and directories are what they are.
                    break;
            }
        }
    }

    /// <summary>One marker, or one for each group.</summary>
    private static string? MarkerOf(TomlTable table) =>
        table.GetString("markers")
        ?? (
            table.GetTable("markers") is { Count: > 0 } groups
                ? string.Join(
                    " or ",
                    groups.Entries.Select(entry => entry.Value.AsString).OfType<string>().Select(one => $"({one})")
                )
                : null
        );
}
