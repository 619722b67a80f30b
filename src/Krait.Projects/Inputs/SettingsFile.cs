using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Inputs;

/// <summary>Reads the settings that hold in a folder, whatever is compiled or installed there.</summary>
public static class SettingsFile
{
    /// <summary>What a table says about resolving.</summary>
    /// <param name="table">`[tool.krait]`, `[tool.uv]`, or the whole of a `krait.toml`.</param>
    /// <param name="file">The file as messages call it.</param>
    /// <param name="folder">What relative paths start from.</param>
    /// <param name="project">The name of the project that the file describes, which conflicts are about; null where it describes none.</param>
    /// <param name="document">The document that the table is from, for lines in messages.</param>
    /// <exception cref="KraitException">The table is wrong (unusable input).</exception>
    public static ProjectSettings Read(
        TomlTable table,
        string file,
        string folder,
        string? project,
        TomlDocument? document = null
    )
    {
        var name = project is not null && PackageName.TryParse(project, out var parsed, out _) ? parsed : null;
        var (settings, errors) = ProjectSettingsReader.Read(table, file, folder, name, document);
        if (errors.IsEmpty)
            return settings;
        var others = errors.Skip(1).Select(error => error.Message);
        throw new KraitException(errors[0] with { Notes = [.. errors[0].Notes, .. others] })
        {
            Kind = FailureKind.UnusableInput,
        };
    }
}
