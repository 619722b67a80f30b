using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Projects.Importing;

/// <summary>Finds out which tool a project is of, and reads it.</summary>
public static class ImportReader
{
    private static readonly ImmutableArray<Kind> Kinds =
    [
        new("uv", UvImport.Read, folder => folder.Has("uv.lock")),
        new("Poetry", PoetryImport.Read, folder => folder.Has("poetry.lock") || HasTable(folder, "poetry")),
        new("PDM", PdmImport.Read, folder => folder.Has("pdm.lock") || HasTable(folder, "pdm")),
        new("Pipenv", PipenvImport.Read, folder => folder.Has("Pipfile")),
        new("pip-tools", PipToolsImport.Read, folder => PipToolsImport.InputsIn(folder).Any()),
    ];

    /// <summary>Reads the project of a directory.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="file">The name of the file in it that says which tool is meant; null for the only one that there is.</param>
    /// <exception cref="KraitException">There is none, there are several, or a file cannot be used (unusable input).</exception>
    public static ImportedProject Read(string folder, string? file)
    {
        var place = new ImportFolder(folder);
        if (file is not null && !place.Has(file))
            throw ImportFolder.Unusable(new Diagnostic("no-file", $"`{file}` does not exist"));
        var kind = (file is null ? null : KindOf(file)) ?? Find(place, file);
        var project = new ImportedProject(kind.Name);
        kind.Read(project, place);
        project.Files = place.Read;
        return project;
    }

    private static Kind? KindOf(string file) =>
        file switch
        {
            "uv.lock" => Kinds[0],
            "poetry.lock" => Kinds[1],
            "pdm.lock" => Kinds[2],
            "Pipfile" or "Pipfile.lock" => Kinds[3],
            _ when file.EndsWith(".in", StringComparison.Ordinal) || file.EndsWith(".txt", StringComparison.Ordinal) =>
                Kinds[4],
            _ => null,
        };

    private static Kind Find(ImportFolder folder, string? file)
    {
        if (file is not null and not "pyproject.toml")
        {
            throw ImportFolder.Unusable(
                new Diagnostic("unknown-format", $"`{file}` is not a file that can be imported")
                {
                    Hints =
                    [
                        "Name a `uv.lock`, `poetry.lock`, `pdm.lock`, `Pipfile`, `requirements.in` or `requirements.txt`",
                    ],
                }
            );
        }

        var found = Kinds.Where(kind => kind.IsIn(folder)).ToList();
        // A project that has both was made for the one, and exported for people who only have pip.
        if (found.Count > 1)
            found.RemoveAll(kind => kind.Name is "pip-tools");
        return found.Count switch
        {
            1 => found[0],
            0 => throw ImportFolder.Unusable(
                new Diagnostic("nothing-to-import", $"`{folder.Path}` has no project of another tool")
                {
                    Notes = ["Looked for files of uv, Poetry, PDM, Pipenv and pip-tools"],
                    Hints = [$"Name the file: {Control.Import.With("FILE")}"],
                }
            ),
            _ => throw ImportFolder.Unusable(
                new Diagnostic(
                    "ambiguous-import",
                    $"there are projects of several tools here: {string.Join(", ", found.Select(kind => kind.Name))}"
                )
                {
                    Hints = [$"Name the file to import: {Control.Import.With("FILE")}"],
                }
            ),
        };
    }

    private static bool HasTable(ImportFolder folder, string tool) =>
        folder.TomlOf("pyproject.toml")?.Find("tool", tool) is not null;

    /// <summary>A tool that projects are imported from.</summary>
    private sealed record Kind(string Name, Action<ImportedProject, ImportFolder> Read, Func<ImportFolder, bool> IsIn);
}
