using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>A direct_url.json file (direct URL origin, PEP 610): where a distribution was installed from that did not come from an index.</summary>
public abstract record DirectUrl
{
    private DirectUrl() { }

    /// <summary>The URL, without credentials.</summary>
    public required string Url { get; init; }

    /// <summary>The folder of the project below the origin, if it is not the origin itself.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>A file.</summary>
    public sealed record Archive : DirectUrl
    {
        /// <summary>The digests by function, in the file's order.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Hashes { get; init; } = [];

        public bool Equals(Archive? other) => base.Equals(other) && Hashes.SequenceEqual(other.Hashes);

        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Hashes.Count);
    }

    /// <summary>A revision of a repository.</summary>
    public sealed record Repository : DirectUrl
    {
        /// <summary>The version control system (`git`).</summary>
        public required string Vcs { get; init; }

        /// <summary>The exact revision.</summary>
        public required string CommitId { get; init; }

        /// <summary>The branch, tag or revision that was asked for.</summary>
        public string? RequestedRevision { get; init; }
    }

    /// <summary>A folder.</summary>
    public sealed record Folder : DirectUrl
    {
        /// <summary>Whether the folder's code is used in place; null where the file does not say.</summary>
        public bool? IsEditable { get; init; }
    }

    /// <summary>Parses and checks a file. An empty text, as of a file that is not there, is none.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out DirectUrl? directUrl,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        directUrl = null;
        // Most distributions have no such file: that costs no exception.
        if (utf8.IsEmpty)
        {
            error = Invalid("it is empty");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            var problem = reader.Read()
                ? "something follows the object"
                : DirectUrlReader.Read(document.RootElement, out directUrl);
            error = problem is null ? null : Invalid(problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = Invalid("it is not JSON");
        }

        return error is null;
    }

    private static Diagnostic Invalid(string problem) =>
        new("invalid-direct-url", $"the file `direct_url.json` is not valid: {problem}");

    /// <summary>The file's text: one line of JSON.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("url", Url);
            WriteOrigin(json);
            if (Subdirectory is not null)
                json.WriteString("subdirectory", Subdirectory);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteOrigin(Utf8JsonWriter json)
    {
        switch (this)
        {
            case Archive archive:
                json.WriteStartObject("archive_info");
                if (archive.Hashes.Count > 0)
                {
                    json.WriteStartObject("hashes");
                    foreach (var (name, digest) in archive.Hashes)
                        json.WriteString(name, digest);
                    json.WriteEndObject();
                }

                break;
            case Repository repository:
                json.WriteStartObject("vcs_info");
                json.WriteString("vcs", repository.Vcs);
                if (repository.RequestedRevision is not null)
                    json.WriteString("requested_revision", repository.RequestedRevision);
                json.WriteString("commit_id", repository.CommitId);
                break;
            case Folder folder:
                json.WriteStartObject("dir_info");
                if (folder.IsEditable is { } editable)
                    json.WriteBoolean("editable", editable);
                break;
        }

        json.WriteEndObject();
    }
}
