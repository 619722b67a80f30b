using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Projects.Pipenv;

/// <summary>A Pipfile.lock: what each category installs, and the hash of the Pipfile it was made from.</summary>
public sealed record PipfileLock
{
    /// <summary>The hash of the Pipfile; null where the file has none.</summary>
    public string? Hash { get; init; }

    /// <summary>The indexes.</summary>
    public ImmutableArray<PipfileSource> Sources { get; init; } = [];

    /// <summary>What is required of the interpreter, by name.</summary>
    public ImmutableSortedDictionary<string, string> Requires { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The entries of each category (`default`, `develop`, others by their names), by package.</summary>
    public ImmutableSortedDictionary<
        string,
        ImmutableSortedDictionary<string, PipfileLockEntry>
    > Categories { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, PipfileLockEntry>>(
            StringComparer.Ordinal
        );

    /// <summary>The key of a Pipfile's category.</summary>
    public static string KeyOf(string category) =>
        category switch
        {
            Pipfile.Default => "default",
            Pipfile.Development => "develop",
            _ => category,
        };

    /// <summary>Reads a file.</summary>
    /// <exception cref="KraitException">It is not JSON, or not of this shape (unusable input).</exception>
    public static PipfileLock Parse(string text, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new KraitException(
                new Diagnostic("invalid-pipfile-lock", "the file is not a lock file of pipenv")
                {
                    Hints = [$"Write it again with {Control.LockPipenv}"],
                }.In(file, failure is JsonException { LineNumber: { } line } ? (int)line + 1 : 0),
                failure
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    private static PipfileLock Read(JsonElement root)
    {
        var meta = root.GetProperty("_meta");
        var categories = ImmutableSortedDictionary.CreateBuilder<
            string,
            ImmutableSortedDictionary<string, PipfileLockEntry>
        >(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject().Where(property => property.Name is not "_meta"))
        {
            categories[property.Name] = property
                .Value.EnumerateObject()
                .ToImmutableSortedDictionary(
                    entry => entry.Name,
                    entry => PipfileLockEntry.Read(entry.Value),
                    StringComparer.Ordinal
                );
        }

        return new PipfileLock
        {
            Hash =
                meta.TryGetProperty("hash", out var hash) && hash.TryGetProperty("sha256", out var digest)
                    ? digest.GetString()
                    : null,
            Sources = meta.TryGetProperty("sources", out var sources)
                ? [.. sources.EnumerateArray().Select(ReadSource)]
                : [],
            Requires = meta.TryGetProperty("requires", out var requires)
                ? requires
                    .EnumerateObject()
                    .ToImmutableSortedDictionary(one => one.Name, one => one.Value.ToString(), StringComparer.Ordinal)
                : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            Categories = categories.ToImmutable(),
        };
    }

    private static PipfileSource ReadSource(JsonElement source) =>
        new(
            source.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
            source.GetProperty("url").GetString() ?? "",
            !source.TryGetProperty("verify_ssl", out var verify) || verify.ValueKind != JsonValueKind.False
        );

    /// <summary>The file's text: four spaces, sorted keys, a final newline.</summary>
    public string Write()
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            IndentSize = 4,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartObject();
            WriteMeta(writer);
            foreach (var (category, entries) in Categories)
            {
                writer.WriteStartObject(category);
                foreach (var (name, entry) in entries)
                {
                    writer.WritePropertyName(name);
                    entry.Write(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private void WriteMeta(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("_meta");
        writer.WriteStartObject("hash");
        writer.WriteString("sha256", Hash);
        writer.WriteEndObject();
        writer.WriteNumber("pipfile-spec", 6);
        writer.WriteStartObject("requires");
        foreach (var (name, value) in Requires)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteStartArray("sources");
        foreach (var source in Sources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", source.Name);
            writer.WriteString("url", source.Url);
            writer.WriteBoolean("verify_ssl", source.VerifiesTls);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
