using Krait.Packaging.Toml;

namespace Krait.Cli.Settings;

/// <summary>One place of settings: a file, and its table.</summary>
/// <param name="File">The file.</param>
/// <param name="Table">The table with the settings.</param>
/// <param name="Name">What messages call the table.</param>
internal sealed record SettingsSource(SettingsFileText File, TomlTable Table, string Name)
{
    /// <summary>Whether it was written for Krait, not for uv.</summary>
    public bool IsOwn { get; init; } = true;

    /// <summary>Whether the user named it on the command line or in a variable.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Whether it was found in or above the working directory.</summary>
    public bool IsOfProject { get; init; }

    /// <summary>The name of the project that the file describes; null where it describes none.</summary>
    public string? Project { get; init; }
}
