using System.Text.Json;
using Krait.Packaging.Versions;

namespace Krait.EndToEnd.Universal;

/// <summary>What an index says of one version of a project.</summary>
/// <param name="Requires">Its dependencies, those of its extras included.</param>
/// <param name="RequiresPython">The Pythons it runs on.</param>
/// <param name="IsYanked">Whether every file of it is yanked.</param>
internal sealed record Release(PlainRequirement[] Requires, SpecifierSet RequiresPython, bool IsYanked)
{
    /// <summary>Reads a version from the folder of a recorded index; null where there is none.</summary>
    public static Release? Read(string folder, string name, Version version)
    {
        var page = Path.Combine(folder, "simple", name, "index.json");
        if (!File.Exists(page))
            return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(page));
        var files = document
            .RootElement.GetProperty("files")
            .EnumerateArray()
            .Where(file => VersionOf(file.GetProperty("filename").GetString() ?? "") == version)
            .ToList();
        var metadata = files
            .Select(file => Path.Combine(folder, "files", name, $"{file.GetProperty("filename")}.metadata"))
            .FirstOrDefault(File.Exists);
        if (metadata is null)
            return null;
        var isYanked = files.TrueForAll(file =>
            file.TryGetProperty("yanked", out var yanked) && yanked.ValueKind is not JsonValueKind.False
        );
        return Parse(File.ReadLines(metadata), isYanked);
    }

    /// <summary>Reads the header lines of core metadata.</summary>
    public static Release Parse(IEnumerable<string> metadata, bool isYanked = false)
    {
        var header = metadata.TakeWhile(line => line.Length > 0).ToList();
        var python = ValuesOf(header, "Requires-Python").FirstOrDefault() ?? "";
        return new Release(
            [.. ValuesOf(header, "Requires-Dist").Select(PlainRequirement.Parse)],
            SpecifierSet.Parse(python),
            isYanked
        );
    }

    private static IEnumerable<string> ValuesOf(List<string> header, string field) =>
        header
            .Where(line => line.StartsWith(field + ":", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(field.Length + 1)..].Trim());

    /// <summary>The version in the name of a wheel; null for other files.</summary>
    private static Version? VersionOf(string fileName)
    {
        var parts = fileName.Split('-');
        return fileName.EndsWith(".whl", StringComparison.Ordinal) && Version.TryParse(parts[1], out var version)
            ? version
            : null;
    }
}
