using Krait.Packaging.Locations;
using Krait.Packaging.Toml;

namespace Krait.Projects.Inputs;

/// <summary>The place that an entry of a table of sources names, as a requirement would name it.</summary>
internal static class SourceLocation
{
    /// <summary>The place; null where the entry names none.</summary>
    /// <param name="entry">The entry: `git`, `url` or `path`, with what belongs to it.</param>
    /// <param name="folder">What relative paths start from.</param>
    public static string? Of(TomlTable entry, string folder)
    {
        if (entry.GetString("git") is { } repository)
            return Git(entry, repository);
        var place =
            entry.GetString("url")
            ?? (entry.GetString("path") is { } path ? Location.Of(path).From(folder).Text : null);
        if (place is null || entry.GetString("subdirectory") is not { } subdirectory)
            return place;
        return Location.IsUrl(place) ? WithOption(place, "subdirectory", subdirectory) : Path.Join(place, subdirectory);
    }

    /// <summary>`git+https://host/project@refs/tags/1.0#subdirectory=a`</summary>
    private static string Git(TomlTable entry, string repository)
    {
        var url = repository.StartsWith("git+", StringComparison.OrdinalIgnoreCase) ? repository : $"git+{repository}";
        var revision =
            entry.GetString("tag") is { } tag ? $"refs/tags/{tag}"
            : entry.GetString("branch") is { } branch ? $"refs/heads/{branch}"
            : entry.GetString("rev");
        if (revision is not null)
            url = $"{url}@{Uri.EscapeDataString(revision).Replace("%2F", "/", StringComparison.Ordinal)}";
        if (entry.GetString("subdirectory") is { } subdirectory)
            url = WithOption(url, "subdirectory", subdirectory);
        return entry.GetBoolean("lfs") is true ? WithOption(url, "lfs", "true") : url;
    }

    private static string WithOption(string url, string name, string value)
    {
        var separator = url.Contains('#', StringComparison.Ordinal) ? '&' : '#';
        return $"{url}{separator}{name}={value}";
    }
}
