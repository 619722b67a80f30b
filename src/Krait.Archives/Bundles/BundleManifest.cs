using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Krait.Packaging.Distributions;

namespace Krait.Archives.Bundles;

/// <summary>What a bundle says of itself: for which machines it was packed, and every file with its digest.</summary>
/// <param name="CreatedBy">The program that packed it.</param>
/// <param name="Targets">The machines, in words: `Python 3.12 on linux x86_64`.</param>
/// <param name="Files">The files, by path.</param>
public sealed record BundleManifest(string CreatedBy, ImmutableArray<string> Targets, ImmutableArray<BundleFile> Files)
{
    /// <summary>The name of the manifest in the bundle.</summary>
    public const string FileName = "krait-bundle.json";

    private const int Form = 1;
    private const int MostFiles = 100_000;

    /// <summary>Writes the manifest: the same for the same content.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        var options = new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("krait-bundle", Form);
            writer.WriteString("created-by", CreatedBy);
            writer.WriteStartArray("targets");
            foreach (var target in Targets)
                writer.WriteStringValue(target);
            writer.WriteEndArray();
            writer.WriteStartArray("files");
            foreach (var file in Files)
            {
                writer.WriteStartObject();
                writer.WriteString("path", file.Path);
                writer.WriteNumber("size", file.Size);
                writer.WriteString("sha256", file.Sha256.Hex);
                writer.WriteString("use", WordOf(file.Use));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Reads a manifest; what is not one in every respect is refused.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out BundleManifest? manifest,
        [NotNullWhen(false)] out string? problem
    )
    {
        manifest = null;
        problem = $"its `{FileName}` is not valid";
        try
        {
            using var document = JsonDocument.Parse(
                content,
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }
            );
            var root = document.RootElement;
            if (root.GetProperty("krait-bundle").GetInt32() is var form && form != Form)
            {
                problem = $"its form {form} is not known; a newer krait may read it";
                return false;
            }

            var files = root.GetProperty("files").EnumerateArray().Take(MostFiles + 1).Select(Read).ToImmutableArray();
            problem = Check(files);
            if (problem is not null)
                return false;
            var createdBy = root.GetProperty("created-by").GetString() ?? "";
            var targets = root.GetProperty("targets").EnumerateArray().Select(target => target.GetString() ?? "");
            manifest = new BundleManifest(createdBy, [.. targets], files);
            return true;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            problem = $"its `{FileName}` is not valid";
            return false;
        }
    }

    private static string? Check(ImmutableArray<BundleFile> files)
    {
        if (files.Length > MostFiles)
            return "it lists too many files";
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if (!BundleFile.IsAllowed(file.Path))
                return $"it lists `{SafeText.Escape(file.Path)}`, which no bundle may have";
            if (!seen.Add(file.Path))
                return $"it lists `{SafeText.Escape(file.Path)}` twice";
            if ((file.Use is BundleUse.Lock) != (file.Path is BundleFile.LockName))
                return $"it lists `{SafeText.Escape(file.Path)}` for the wrong use";
        }

        return seen.Contains(BundleFile.LockName) ? null : $"it has no `{BundleFile.LockName}`";
    }

    private static BundleFile Read(JsonElement file)
    {
        var path = file.GetProperty("path").GetString();
        var size = file.GetProperty("size").GetInt64();
        var isRead = FileHash.TryParse("sha256", file.GetProperty("sha256").GetString(), out var hash, out _);
        if (path is null || size < 0 || !isRead || hash is null)
            throw new FormatException();
        return new BundleFile(path, size, hash, UseOf(file.GetProperty("use").GetString()));
    }

    private static string WordOf(BundleUse use) =>
        use switch
        {
            BundleUse.Lock => "lock",
            BundleUse.Build => "build",
            _ => "install",
        };

    private static BundleUse UseOf(string? word) =>
        word switch
        {
            "lock" => BundleUse.Lock,
            "build" => BundleUse.Build,
            "install" => BundleUse.Install,
            _ => throw new FormatException(),
        };
}
