using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>Reads the parts of a direct_url.json file, and keeps the first thing that is wrong with it.</summary>
internal sealed class DirectUrlReader
{
    private string? problem;

    /// <summary>Reads the document; answers what is wrong with it, or null.</summary>
    public static string? Read(JsonElement root, out DirectUrl? directUrl)
    {
        directUrl = null;
        if (root.ValueKind != JsonValueKind.Object)
            return "it is not an object";
        var reader = new DirectUrlReader();
        var origin = reader.ReadOrigin(root, reader.RequiredText(root, "url"));
        var subdirectory = reader.Text(root, "subdirectory");
        if (reader.problem is null && origin is not null)
            directUrl = origin with { Subdirectory = subdirectory };
        return reader.problem;
    }

    private DirectUrl? ReadOrigin(JsonElement root, string url)
    {
        var archive = Section(root, "archive_info");
        var repository = Section(root, "vcs_info");
        var folder = Section(root, "dir_info");
        switch (archive, repository, folder)
        {
            case ({ } section, null, null):
                return ReadArchive(section, url);
            case (null, { } section, null):
                return new DirectUrl.Repository
                {
                    Url = url,
                    Vcs = RequiredText(section, "vcs"),
                    CommitId = RequiredText(section, "commit_id"),
                    RequestedRevision = Text(section, "requested_revision"),
                };
            case (null, null, { } section):
                if (!IsAbsoluteFile(url))
                    Fail($"`{PythonText.Printable(url)}` is not the URL of a folder");
                return new DirectUrl.Folder { Url = url, IsEditable = Boolean(section, "editable") };
            default:
                Fail("it needs exactly one of `archive_info`, `vcs_info` and `dir_info`");
                return null;
        }
    }

    private DirectUrl.Archive ReadArchive(JsonElement section, string url)
    {
        var hashes = new List<KeyValuePair<string, string>>();
        var table = Section(section, "hashes");
        if (table is { } properties)
        {
            foreach (var property in properties.EnumerateObject())
            {
                var digest = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString() : null;
                if (digest is null)
                    Fail("`hashes` has a value that is not a string");
                hashes.RemoveAll(hash => string.Equals(hash.Key, property.Name, StringComparison.Ordinal));
                hashes.Add(new(property.Name, digest ?? ""));
            }
        }

        // The older form with one hash: alone, or as one of `hashes`.
        if (Text(section, "hash") is { } single)
        {
            var equals = single.IndexOf('=', StringComparison.Ordinal);
            var pair = new KeyValuePair<string, string>(single[..Math.Max(equals, 0)], single[(equals + 1)..]);
            if (equals < 0)
                Fail("`hash` has no `=`");
            else if (table is null)
                hashes.Add(pair);
            else if (!hashes.Contains(pair))
                Fail("`hash` is not one of `hashes`");
        }

        return new DirectUrl.Archive { Url = url, Hashes = hashes };
    }

    /// <summary>`file:` and a path from the root, with or without a host.</summary>
    private static bool IsAbsoluteFile(string url)
    {
        var rest = url.AsSpan().TrimStart();
        if (!rest.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return false;
        rest = rest[5..];
        if (!rest.StartsWith("//"))
            return rest.StartsWith("/");
        var path = rest[2..].IndexOfAny("/?#");
        return path >= 0 && rest[2 + path] == '/';
    }

    private string RequiredText(JsonElement parent, string name)
    {
        var text = Text(parent, name);
        if (text is null)
            Fail($"`{name}` is missing");
        return text ?? "";
    }

    private string? Text(JsonElement parent, string name)
    {
        if (Value(parent, name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Fail($"`{name}` is not a string");
        return null;
    }

    private bool? Boolean(JsonElement parent, string name)
    {
        if (Value(parent, name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail($"`{name}` is not a boolean");
        return null;
    }

    private JsonElement? Section(JsonElement parent, string name)
    {
        if (Value(parent, name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value;
        Fail($"`{name}` is not an object");
        return null;
    }

    /// <summary>The value of a key; null is as good as absent.</summary>
    private static JsonElement? Value(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void Fail(string problem) => this.problem ??= problem;
}
