using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Server.Pages;

/// <summary>What pages in the JSON form say beyond their files, and how their values are read.</summary>
internal static class PageJson
{
    /// <summary>A page with what its JSON says of the project as a whole: versions (PEP 700) and status (PEP 792).</summary>
    public static ProjectDocument Complete(ProjectDocument document, JsonElement root)
    {
        var hasStatus =
            root.TryGetProperty("project-status", out var status) && status.ValueKind == JsonValueKind.Object;
        return document with
        {
            Versions = Texts(root, "versions"),
            Status = hasStatus ? Text(status, "status") : null,
            StatusReason = hasStatus ? Text(status, "reason") : null,
        };
    }

    /// <summary>The value of a key, where it is a text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString() ?? ""),
            ]
            : [];
}
