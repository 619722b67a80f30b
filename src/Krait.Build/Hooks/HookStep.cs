using System.Text.Json;

namespace Krait.Build.Hooks;

/// <summary>One call of a hook of a build backend.</summary>
/// <param name="Hook">The hook's name.</param>
public sealed record HookStep(string Hook)
{
    /// <summary>The directory that the hook puts its product in; null for hooks without one.</summary>
    public string? Target { get; init; }

    /// <summary>Where `prepare_metadata…` has put its product, for hooks that build a wheel; null where it did not run.</summary>
    public string? MetadataDirectory { get; init; }

    /// <summary>The settings for the backend.</summary>
    public ConfigSettings Settings { get; init; } = ConfigSettings.None;

    /// <summary>Whether the next step may follow though the backend does not have this hook.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the hook takes the directory of prepared metadata.</summary>
    private bool TakesMetadata => Hook is HookNames.BuildWheel or HookNames.BuildEditable;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("hook", Hook);
        json.WriteBoolean("optional", IsOptional);
        // By position, as pip and uv do: not every backend calls the argument as the standard does.
        if (Target is not null)
            json.WriteString("target", Target);
        json.WriteStartObject("arguments");
        Settings.Write(json, "config_settings");
        if (TakesMetadata)
            json.WriteString("metadata_directory", MetadataDirectory);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}

/// <summary>The names of the hooks (PEP 517 and PEP 660).</summary>
public static class HookNames
{
    public const string BuildWheel = "build_wheel";
    public const string BuildSdist = "build_sdist";
    public const string BuildEditable = "build_editable";
    public const string PrepareWheel = "prepare_metadata_for_build_wheel";
    public const string PrepareEditable = "prepare_metadata_for_build_editable";

    /// <summary>The hook that names what another one needs in addition.</summary>
    public static string RequiresFor(string hook) =>
        hook switch
        {
            BuildEditable or PrepareEditable => "get_requires_for_build_editable",
            BuildSdist => "get_requires_for_build_sdist",
            _ => "get_requires_for_build_wheel",
        };
}
