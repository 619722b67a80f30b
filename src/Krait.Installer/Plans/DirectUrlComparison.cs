using System.Text.Json;

namespace Krait.Installer.Plans;

/// <summary>Compares two direct_url.json documents by what they identify, not by their spelling.</summary>
public static class DirectUrlComparison
{
    /// <summary>Whether both name one source: the same URL, folder in it, commit, hash and kind of installation.</summary>
    public static bool AreSame(ReadOnlyMemory<byte> wanted, ReadOnlyMemory<byte> installed)
    {
        if (wanted.Span.SequenceEqual(installed.Span))
            return true;
        try
        {
            using var first = JsonDocument.Parse(wanted);
            using var second = JsonDocument.Parse(installed);
            string[][] paths =
            [
                ["url"],
                ["subdirectory"],
                ["vcs_info", "commit_id"],
                ["dir_info", "editable"],
            ];
            return paths.All(path =>
                    string.Equals(
                        Text(first.RootElement, path),
                        Text(second.RootElement, path),
                        StringComparison.Ordinal
                    )
                ) && HaveSameHash(first.RootElement, second.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Hashes only differ when both state one.</summary>
    private static bool HaveSameHash(JsonElement first, JsonElement second)
    {
        string[] path = ["archive_info", "hashes", "sha256"];
        var one = Text(first, path);
        var other = Text(second, path);
        return one is null || other is null || string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The value at a path; null when it is missing or false, which mean the same here.</summary>
    private static string? Text(JsonElement element, string[] path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element.ValueKind is JsonValueKind.False or JsonValueKind.Null ? null : element.ToString();
    }
}
