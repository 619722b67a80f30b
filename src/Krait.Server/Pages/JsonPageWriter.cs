using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Krait.Server.Pages;

/// <summary>Writes pages in the JSON form (PEP 691, 700, 740, 792).</summary>
internal static class JsonPageWriter
{
    /// <summary>The version of the simple repository API that the pages follow.</summary>
    public const string ApiVersion = "1.4";

    /// <summary>Where not every file has a size, no later version may be claimed (PEP 700).</summary>
    private const string ApiVersionWithoutSizes = "1.0";

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a page.</summary>
    /// <param name="document">The page.</param>
    /// <param name="urlOf">The address that it gives a file.</param>
    /// <param name="writeMeta">Adds to `meta`; null for nothing.</param>
    public static byte[] Write(
        ProjectDocument document,
        Func<FileEntry, string> urlOf,
        Action<Utf8JsonWriter>? writeMeta = null
    )
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + (document.Files.Length * 512));
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("meta");
            json.WriteString(
                "api-version",
                document.Files.All(f => f.Size is not null) ? ApiVersion : ApiVersionWithoutSizes
            );
            writeMeta?.Invoke(json);
            json.WriteEndObject();
            json.WriteString("name", document.Project.Value);
            WriteStatus(json, document);
            json.WriteStartArray("versions");
            foreach (var version in document.Versions)
                json.WriteStringValue(version);
            json.WriteEndArray();
            json.WriteStartArray("files");
            foreach (var file in document.Files)
                WriteFile(json, file, urlOf(file));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the list of projects.</summary>
    public static byte[] WriteList(IEnumerable<string> names)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("meta");
            json.WriteString("api-version", ApiVersion);
            json.WriteEndObject();
            json.WriteStartArray("projects");
            foreach (var name in names)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStatus(Utf8JsonWriter json, ProjectDocument document)
    {
        if (document.Status is null)
            return;
        json.WriteStartObject("project-status");
        json.WriteString("status", document.Status);
        if (document.StatusReason is { } reason)
            json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, FileEntry file, string url)
    {
        json.WriteStartObject();
        json.WriteString("filename", file.FileName);
        json.WriteString("url", url);
        json.WriteStartObject("hashes");
        foreach (var (name, hex) in file.Hashes)
            json.WriteString(name, hex);
        json.WriteEndObject();
        if (file.RequiresPython is { } requires)
            json.WriteString("requires-python", requires);
        if (file.Size is { } size)
            json.WriteNumber("size", size);
        if (file.UploadTime is { } time)
            json.WriteString("upload-time", time);
        if (file.Yanked is { Length: > 0 } reason)
            json.WriteString("yanked", reason);
        else
            json.WriteBoolean("yanked", file.Yanked is not null);
        if (file.HasMetadata)
        {
            // Not under its older name as well: pip 22.3 to 23.0, which only knows that one, ends with an error when it reads it (PEP 714).
            WriteMetadata(json, "core-metadata", file.MetadataSha256);
        }

        if (file.Provenance is { } provenance)
            json.WriteString("provenance", provenance);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, string key, string? sha256)
    {
        if (sha256 is null)
        {
            json.WriteBoolean(key, value: true);
            return;
        }

        json.WriteStartObject(key);
        json.WriteString("sha256", sha256);
        json.WriteEndObject();
    }
}
