using System.Text;
using System.Text.Json.Nodes;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>A version of a <see cref="FakeIndex"/>.</summary>
internal sealed record FakeVersion(string Name, string Version)
{
    public IReadOnlyList<string> Requires { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extras { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    public string RequiresPython { get; init; } = "";

    /// <summary>Whether the page states what the metadata says of Python.</summary>
    public bool IsPythonOnPage { get; init; } = true;

    public bool IsYanked { get; init; }

    public bool HasSdist { get; init; }

    public IReadOnlyList<string> WheelTags { get; init; } = ["py3-none-any"];

    public string UploadTime { get; init; } = "2024-03-24T00:00:00Z";

    /// <summary>Why its metadata cannot be had.</summary>
    public string? Problem { get; init; }

    public IEnumerable<JsonObject> Files()
    {
        var stem = $"{Name.Replace('-', '_').Replace('.', '_').ToLowerInvariant()}-{Version}";
        foreach (var tag in WheelTags)
            yield return FileOf($"{stem}-{tag}.whl"); // the tag may begin with a build: `2-py3-none-any`
        if (HasSdist)
            yield return FileOf($"{stem}.tar.gz");
    }

    public string MetadataText()
    {
        var text = new StringBuilder();
        text.Append($"Metadata-Version: 2.3\nName: {Name}\nVersion: {Version}\n");
        if (RequiresPython.Length > 0)
            text.Append($"Requires-Python: {RequiresPython}\n");
        foreach (var extra in Extras.Keys.Order(StringComparer.Ordinal))
            text.Append($"Provides-Extra: {extra.Replace('_', '-')}\n");
        foreach (var requirement in Requires)
            text.Append($"Requires-Dist: {requirement}\n");
        foreach (var (extra, requirements) in Extras.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (var requirement in requirements)
                text.Append($"Requires-Dist: {WithExtra(requirement, extra.Replace('_', '-'))}\n");
        }

        return text.Append('\n').ToString();
    }

    private static string WithExtra(string requirement, string extra)
    {
        var parts = requirement.Split(';', 2);
        return parts.Length == 1
            ? $"{requirement} ; extra == '{extra}'"
            : $"{parts[0]} ; ({parts[1].Trim()}) and extra == '{extra}'";
    }

    private JsonObject FileOf(string name)
    {
        var file = new JsonObject
        {
            ["filename"] = name,
            ["url"] = $"http://fake/files/{name}",
            ["hashes"] = new JsonObject { ["sha256"] = new string('0', 64) },
            ["upload-time"] = UploadTime,
            ["yanked"] = IsYanked,
        };
        if (RequiresPython.Length > 0 && IsPythonOnPage)
            file["requires-python"] = RequiresPython;
        return file;
    }
}
