using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Names;

namespace Krait.Testing;

/// <summary>
/// A package index in this process: serves wheels built in memory by the simple API, and does less, or worse, when a switch says so.
/// </summary>
public sealed class FakeIndex : FakeServer
{
    private readonly SortedDictionary<string, List<Entry>> projects = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Starts an empty index.</summary>
    public FakeIndex(X509Certificate2? certificate = null, X509Certificate2Collection? intermediates = null)
        : base(certificate, intermediates) { }

    /// <summary>The index URL.</summary>
    public string Url => Address + "/simple/";

    /// <summary>Whether pages are served as JSON to who accepts that.</summary>
    public bool ServesJson { get; set; } = true;

    /// <summary>Whether metadata files are announced and served.</summary>
    public bool HasMetadataFiles { get; set; } = true;

    /// <summary>Whether the metadata files' hashes are announced.</summary>
    public bool HasMetadataHashes { get; set; } = true;

    /// <summary>The JSON key of metadata files: `core-metadata` or the older `dist-info-metadata`.</summary>
    public string MetadataKey { get; set; } = "core-metadata";

    /// <summary>Whether files' hashes are announced.</summary>
    public bool HasHashes { get; set; } = true;

    /// <summary>Whether files' sizes are announced.</summary>
    public bool HasSizes { get; set; } = true;

    /// <summary>Whether parts of files are served.</summary>
    public bool AllowsRanges { get; set; } = true;

    /// <summary>Whether answers have an ETag.</summary>
    public bool HasETags { get; set; } = true;

    /// <summary>Whether pages have a date of last change.</summary>
    public bool HasLastModified { get; set; }

    /// <summary>What pages say of caching; null for nothing.</summary>
    public string? CacheControl { get; set; } = "max-age=600, public";

    /// <summary>How pages are compressed for who accepts it: `gzip`, `deflate`, `br` or null.</summary>
    public string? Encoding { get; set; }

    /// <summary>What pages say of the services of the index, as JSON; null for nothing.</summary>
    public string? Service { get; set; }

    /// <summary>The names of the projects.</summary>
    public IReadOnlyList<string> Projects
    {
        get
        {
            lock (gate)
                return [.. projects.Keys];
        }
    }

    /// <summary>A project's page in the JSON form.</summary>
    public byte[] Page(string name)
    {
        lock (gate)
            return Json(name, projects[name]);
    }

    /// <summary>The metadata of a file; null where none is served.</summary>
    public byte[]? Metadata(string fileName) => HasMetadataFiles ? Find(fileName)?.Metadata : null;

    /// <summary>Adds a wheel for every Python with these dependencies.</summary>
    public FakeIndex Add(string name, string version, params ReadOnlySpan<string> requires) =>
        Add(new WheelBuilder(name, version).Requires(requires));

    /// <summary>Adds a wheel.</summary>
    public FakeIndex Add(WheelBuilder wheel, string? yanked = null, DateTimeOffset? uploaded = null) =>
        AddFile(wheel.Name, wheel.FileName, wheel.Build(), wheel.Metadata, wheel.RequiresPython, yanked, uploaded);

    /// <summary>Adds any file.</summary>
    public FakeIndex AddFile(
        string project,
        string fileName,
        byte[] content,
        byte[]? metadata = null,
        string? requiresPython = null,
        string? yanked = null,
        DateTimeOffset? uploaded = null
    )
    {
        lock (gate)
        {
            var key = PackageName.Parse(project).Value;
            if (!projects.TryGetValue(key, out var entries))
                projects[key] = entries = [];
            entries.RemoveAll(entry => entry.FileName == fileName);
            entries.Add(new Entry(fileName, content, metadata, requiresPython, yanked, uploaded));
        }

        return this;
    }

    /// <summary>Removes the files of a version.</summary>
    public void Remove(string project, string version)
    {
        lock (gate)
        {
            projects[PackageName.Parse(project).Value]
                .RemoveAll(entry => entry.FileName.Contains($"-{version}", StringComparison.Ordinal));
        }
    }

    /// <summary>The path of a project's page.</summary>
    public static string PagePath(string name) => $"/simple/{name}/";

    /// <summary>The path of a file.</summary>
    public static string FilePath(string fileName) => $"/files/{fileName}";

    /// <summary>The URL of a file.</summary>
    public string FileUrl(string fileName) => Address + FilePath(fileName);

    /// <summary>A file's content.</summary>
    public byte[] Content(string fileName) => Find(fileName)?.Content ?? [];

    /// <inheritdoc/>
    protected override FakeReply Answer(FakeRequest request)
    {
        var path = Uri.UnescapeDataString(request.Path);
        if (path.StartsWith("/files/", StringComparison.Ordinal))
            return AnswerFile(path["/files/".Length..], request);
        if (!path.StartsWith("/simple/", StringComparison.Ordinal) || !path.EndsWith('/'))
            return new FakeReply(404, "not found");
        lock (gate)
        {
            return projects.TryGetValue(path["/simple/".Length..].TrimEnd('/'), out var entries)
                ? AnswerPage(path, entries, request)
                : new FakeReply(404, "no such project");
        }
    }

    private FakeReply AnswerPage(string path, List<Entry> entries, FakeRequest request)
    {
        var isJson = ServesJson && request["Accept"].Contains("simple.v1+json", StringComparison.Ordinal);
        var name = path["/simple/".Length..].TrimEnd('/');
        var body = isJson ? Json(name, entries) : Html(entries);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
        var headers = new List<(string Name, string Value)>
        {
            ("Content-Type", isJson ? "application/vnd.pypi.simple.v1+json" : "text/html; charset=utf-8"),
            ("Date", DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture)),
        };
        if (HasETags)
            headers.Add(("ETag", tag));
        if (HasLastModified)
            headers.Add(("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT"));
        if (CacheControl is not null)
            headers.Add(("Cache-Control", CacheControl));
        var isKnown = HasETags
            ? request["If-None-Match"] == tag
            : HasLastModified && request["If-Modified-Since"].Length > 0;
        if (isKnown)
            return new FakeReply(304, [.. headers]);
        if (Encoding is not null && request["Accept-Encoding"].Contains(Encoding, StringComparison.Ordinal))
        {
            headers.Add(("Content-Encoding", Encoding));
            body = Compress(body, Encoding);
        }

        return new FakeReply(200, body, [.. headers]);
    }

    private FakeReply AnswerFile(string fileName, FakeRequest request)
    {
        const string Suffix = ".metadata";
        if (fileName.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return HasMetadataFiles && Find(fileName[..^Suffix.Length])?.Metadata is { } metadata
                ? new FakeReply(200, metadata, ("Content-Type", "application/octet-stream"))
                : new FakeReply(404, "no metadata");
        }

        if (Find(fileName) is not { } entry)
            return new FakeReply(404, "no such file");
        var headers = new List<(string Name, string Value)> { ("Content-Type", "application/octet-stream") };
        var tag = $"\"{entry.Hash[..16]}\"";
        if (HasETags)
            headers.Add(("ETag", tag));
        if (!AllowsRanges)
            return new FakeReply(200, entry.Content, [.. headers]);
        headers.Add(("Accept-Ranges", "bytes"));
        var isSame = request["If-Range"] is "" || request["If-Range"] == tag;
        return isSame && TryRange(request["Range"], entry.Content.Length, out var start, out var end)
            ? Partial(entry.Content, start, end, headers)
            : new FakeReply(200, entry.Content, [.. headers]);
    }

    private static FakeReply Partial(byte[] content, int start, int end, List<(string Name, string Value)> headers)
    {
        if (start >= content.Length)
            return new FakeReply(416, ("Content-Range", $"bytes */{content.Length}"));
        headers.Add(("Content-Range", $"bytes {start}-{end}/{content.Length}"));
        return new FakeReply(206, content[start..(end + 1)], [.. headers]);
    }

    private static bool TryRange(string range, int length, out int start, out int end)
    {
        start = 0;
        end = length - 1;
        if (!range.StartsWith("bytes=", StringComparison.Ordinal))
            return false;
        var parts = range["bytes=".Length..].Split('-');
        if (parts[0].Length == 0)
        {
            start = Math.Max(0, length - int.Parse(parts[1], CultureInfo.InvariantCulture));
            return true;
        }

        start = int.Parse(parts[0], CultureInfo.InvariantCulture);
        if (parts[1].Length > 0)
            end = Math.Min(end, int.Parse(parts[1], CultureInfo.InvariantCulture));
        return true;
    }

    private byte[] Json(string name, List<Entry> entries)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("meta");
            json.WriteString("api-version", "1.1");
            if (Service is not null)
            {
                json.WritePropertyName("_krait");
                json.WriteRawValue(Service);
            }

            json.WriteEndObject();
            json.WriteString("name", name);
            json.WriteStartArray("files");
            foreach (var entry in entries)
                WriteFile(json, entry);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private void WriteFile(Utf8JsonWriter json, Entry entry)
    {
        json.WriteStartObject();
        json.WriteString("filename", entry.FileName);
        json.WriteString("url", "../../files/" + entry.FileName);
        json.WriteStartObject("hashes");
        if (HasHashes)
            json.WriteString("sha256", entry.Hash);
        json.WriteEndObject();
        if (entry.RequiresPython is not null)
            json.WriteString("requires-python", entry.RequiresPython);
        if (HasSizes)
            json.WriteNumber("size", entry.Content.Length);
        if (entry.Uploaded is { } uploaded)
        {
            json.WriteString(
                "upload-time",
                uploaded.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)
            );
        }

        if (entry.Yanked is not null)
            json.WriteString("yanked", entry.Yanked);
        if (HasMetadataFiles && entry.Metadata is { } metadata)
        {
            json.WritePropertyName(MetadataKey);
            if (HasMetadataHashes)
            {
                json.WriteStartObject();
                json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(metadata)));
                json.WriteEndObject();
            }
            else
            {
                json.WriteBooleanValue(true);
            }
        }

        json.WriteEndObject();
    }

    private byte[] Html(List<Entry> entries)
    {
        var html = new StringBuilder("<!DOCTYPE html><html><body>\n");
        foreach (var entry in entries)
        {
            var fragment = HasHashes ? "#sha256=" + entry.Hash : "";
            html.Append(CultureInfo.InvariantCulture, $"<a href=\"../../files/{entry.FileName}{fragment}\"");
            if (entry.RequiresPython is { } python)
            {
                html.Append(
                    CultureInfo.InvariantCulture,
                    $" data-requires-python=\"{python.Replace("<", "&lt;", StringComparison.Ordinal)}\""
                );
            }

            if (entry.Yanked is { } yanked)
                html.Append(CultureInfo.InvariantCulture, $" data-yanked=\"{yanked}\"");
            if (HasMetadataFiles && entry.Metadata is { } metadata)
            {
                var hash = HasMetadataHashes ? "sha256=" + Convert.ToHexStringLower(SHA256.HashData(metadata)) : "true";
                html.Append(CultureInfo.InvariantCulture, $" data-{MetadataKey}=\"{hash}\"");
            }

            html.Append(CultureInfo.InvariantCulture, $">{entry.FileName}</a>\n");
        }

        return System.Text.Encoding.UTF8.GetBytes(html.Append("</body></html>\n").ToString());
    }

    private Entry? Find(string fileName)
    {
        lock (gate)
            return projects.Values.SelectMany(entries => entries).FirstOrDefault(entry => entry.FileName == fileName);
    }

    /// <summary>Compresses a body as a server would.</summary>
    public static byte[] Compress(byte[] body, string encoding)
    {
        using var buffer = new MemoryStream();
        using (
            Stream stream = encoding switch
            {
                "gzip" => new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true),
                "deflate" => new ZLibStream(buffer, CompressionLevel.Optimal, leaveOpen: true),
                "br" => new BrotliStream(buffer, CompressionLevel.Optimal, leaveOpen: true),
                _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
            }
        )
        {
            stream.Write(body);
        }

        return buffer.ToArray();
    }

    private sealed record Entry(
        string FileName,
        byte[] Content,
        byte[]? Metadata,
        string? RequiresPython,
        string? Yanked,
        DateTimeOffset? Uploaded
    )
    {
        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));
    }
}
