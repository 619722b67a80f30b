using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Shards;

/// <summary>
/// One small document for a project: its page and what a resolver reads in the metadata of every version. It is a project page itself
/// (PEP 691): what is not in a page stands under a key that pages leave to servers.
/// </summary>
public sealed class Shard
{
    private readonly ReadOnlyMemory<byte> content;
    private readonly ImmutableArray<string> texts;
    private readonly ImmutableArray<int> numbers;

    private Shard(PackageName project, ReadOnlyMemory<byte> content, Draft draft)
    {
        Project = project;
        this.content = content;
        texts = draft.Texts.DrainToImmutable();
        numbers = draft.Numbers.DrainToImmutable();
    }

    /// <summary>The project.</summary>
    public PackageName Project { get; }

    /// <summary>The document, which is a project page in the JSON form.</summary>
    public ReadOnlyMemory<byte> Page => content;

    /// <summary>How many entries the page has.</summary>
    public int FileCount => numbers.Length;

    /// <summary>How many different texts of metadata it has.</summary>
    public int MetadataCount => texts.Length;

    /// <summary>Reads a shard; what is not one in every respect is refused.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out Shard? shard,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        shard = null;
        error = null;
        if (content.Length > ProtocolLimits.ShardBytes)
        {
            error = new Diagnostic("invalid-shard", "the shard is too large");
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(content.Span, new JsonReaderOptions { MaxDepth = ProtocolLimits.Depth });
            var draft = new Draft();
            if (
                ReadDocument(ref reader, draft)
                && draft.IsSound
                && PackageName.TryParse(draft.Name, out var name, out _)
            )
            {
                shard = new Shard(name, content, draft);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not JSON, or a value of another type.
        }

        if (shard is null)
            error = new Diagnostic("invalid-shard", "the shard is not valid");
        return shard is not null;
    }

    /// <summary>The page as the client would have read it from the index.</summary>
    /// <param name="pageUrl">The address of the project's page, which relative addresses are resolved against.</param>
    /// <param name="page">The page.</param>
    /// <param name="error">Why it cannot be used.</param>
    public bool TryReadPage(
        string pageUrl,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    ) => ProjectPage.TryParseJson(content.Span, pageUrl, Project, out page, out error);

    /// <summary>The metadata of the files that it knows of, by their names: what a resolver reads of it, under the name and version of the file.</summary>
    public IReadOnlyDictionary<string, int> ReadMetadataNumbers()
    {
        var result = new Dictionary<string, int>(numbers.Length, StringComparer.Ordinal);
        var reader = new Utf8JsonReader(content.Span);
        var place = -1;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("files"u8))
                    place = 0;
                else if (place >= 0)
                    return result;
            }
            else if (place >= 0 && reader.CurrentDepth == 2)
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.Null)
                    place++;
            }
            else if (
                place >= 0
                && reader.CurrentDepth == 3
                && reader.TokenType is JsonTokenType.PropertyName
                && reader.ValueTextEquals("filename"u8)
            )
            {
                reader.Read();
                if (reader.TokenType is JsonTokenType.String && numbers[place] >= 0)
                    result.TryAdd(reader.GetString()!, numbers[place]); // a string is not null
            }
        }

        return result;
    }

    /// <summary>A text of metadata, under a name and version.</summary>
    /// <param name="number">One of <see cref="ReadMetadataNumbers"/>.</param>
    /// <param name="version">The version of the file.</param>
    public byte[] MetadataOf(int number, Version version) =>
        Encoding.UTF8.GetBytes($"Name: {Project}\nVersion: {version}\n{texts[number]}");

    private static bool ReadDocument(scoped ref Utf8JsonReader reader, Draft draft)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("_krait"u8))
            {
                if (!ReadOwn(ref reader, draft))
                    return false;
            }
            else if (reader.ValueTextEquals("files"u8))
            {
                if (!CountFiles(ref reader, draft))
                    return false;
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                draft.Name = reader.GetString() ?? "";
            }
            else
            {
                reader.Skip();
            }
        }

        // Nothing may follow the object.
        return reader.TokenType is JsonTokenType.EndObject && !reader.Read();
    }

    private static bool ReadOwn(scoped ref Utf8JsonReader reader, Draft draft)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject || draft.Form != 0)
            return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.String)
                    draft.Texts.Add(reader.GetString()!); // a string is not null
            }
            else if (reader.ValueTextEquals("of"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.Number)
                    draft.Numbers.Add(reader.GetInt32());
            }
            else if (reader.ValueTextEquals("shard"u8))
            {
                reader.Read();
                draft.Form = reader.GetInt32();
            }
            else
            {
                reader.Skip();
            }

            if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.Number or JsonTokenType.EndObject))
                return false;
        }

        return reader.TokenType is JsonTokenType.EndObject;
    }

    private static bool CountFiles(scoped ref Utf8JsonReader reader, Draft draft)
    {
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartArray || draft.FileCount >= 0)
            return false;
        draft.FileCount = 0;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            draft.FileCount++;
            reader.Skip();
        }

        return draft.FileCount <= ProtocolLimits.Files;
    }

    /// <summary>The parts as they come.</summary>
    private sealed class Draft
    {
        public string Name { get; set; } = "";

        public int Form { get; set; }

        public int FileCount { get; set; } = -1;

        public ImmutableArray<string>.Builder Texts { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<int>.Builder Numbers { get; } = ImmutableArray.CreateBuilder<int>();

        /// <summary>Whether the parts belong together, and the name is in its normal form.</summary>
        public bool IsSound =>
            Form == ShardWriter.Form
            && FileCount == Numbers.Count
            && NameNormalization.IsNormalized(Name)
            && Numbers.All(number => number >= -1 && number < Texts.Count)
            && Texts.All(IsHeader);

        /// <summary>Whether a text has fields only, none of them a name or version, which belong to the file.</summary>
        private static bool IsHeader(string text)
        {
            if (text.Length > ProtocolLimits.MetadataBytes || !text.EndsWith('\n'))
                return false;
            foreach (var line in text.AsSpan(0, text.Length - 1).EnumerateLines())
            {
                var isIdentity =
                    line.StartsWith("Name", StringComparison.OrdinalIgnoreCase)
                    || line.StartsWith("Version", StringComparison.OrdinalIgnoreCase);
                if (isIdentity)
                    return false;
            }

            return true;
        }
    }
}
