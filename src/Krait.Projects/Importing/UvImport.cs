using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>Reads a project of uv: its manifest stays as it is, since `[tool.uv]` is read where there is no table of ours.</summary>
internal static class UvImport
{
    /// <summary>Reads `uv.lock`.</summary>
    /// <exception cref="KraitException">There is no manifest, or a file cannot be used (unusable input).</exception>
    public static void Read(ImportedProject project, ImportFolder folder)
    {
        var manifest =
            folder.TomlOf("pyproject.toml")
            ?? throw ImportFolder.Unusable(
                new Diagnostic("no-project", "there is no `pyproject.toml` beside `uv.lock`")
                {
                    Hints = ["Import from the directory of the project"],
                }
            );
        if (manifest.Find("tool", "krait") is not null && manifest.Find("tool", "uv") is not null)
            project.Lose("`[tool.uv]` is not read, because the manifest has `[tool.krait]`");
        foreach (var (table, name, version) in folder.PackagesOf("uv.lock"))
        {
            if (table["source"] is not TomlTable source)
                continue;
            if (source.GetString("registry") is not null)
                project.Pin(new ImportedPin(name, version) { Marker = MarkerOf(table) });
            else if (source.GetString("git") is { } git && Commit(git) is { } commit)
                project.Pin(new ImportedPin(name, version) { Repository = commit });
        }
    }

    private static string? MarkerOf(TomlTable table) =>
        table.GetArray("resolution-markers")?.AsStrings() is { IsEmpty: false } markers
            ? string.Join(" or ", markers.Select(marker => $"({marker})"))
            : null;

    /// <summary>`https://host/repository?branch=main&amp;subdirectory=sub#COMMIT`.</summary>
    private static PylockRepository? Commit(string text)
    {
        var hash = text.LastIndexOf('#');
        if (hash < 0)
            return null;
        var (address, query) = text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
            ? (text[..mark], text[(mark + 1)..hash])
            : (text[..hash], "");
        var pairs = query
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        var requested = pairs["rev"].Concat(pairs["tag"]).Concat(pairs["branch"]).FirstOrDefault();
        return ImportFolder.Commit(address, text[(hash + 1)..], requested, pairs["subdirectory"].FirstOrDefault());
    }
}
