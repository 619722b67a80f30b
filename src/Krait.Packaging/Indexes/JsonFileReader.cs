using System.Runtime.InteropServices;
using System.Text.Json;

namespace Krait.Packaging.Indexes;

/// <summary>Reads one entry of `files`. It always reads to the end of the entry, so that one bad entry leaves the rest of the page alone.</summary>
internal static class JsonFileReader
{
    /// <summary>
    /// Reads the entry that the reader has just entered; answers why it cannot be used if a part of it has the wrong type. Of an entry that
    /// the reader does not have to its end, the reader stops somewhere within, and the rest of the answer says nothing.
    /// </summary>
    public static SkipReason? Read(scoped ref Utf8JsonReader reader, scoped ref FileDraft draft, List<byte> scratch)
    {
        SkipReason? wrong = null;
        var hasCoreMetadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            reader.Read();
            // The older spelling counts only where the newer one is absent (PEP 714).
            if (field is Field.DistInfoMetadata && hasCoreMetadata)
                field = Field.Unknown;
            if (field is Field.CoreMetadata && reader.TokenType != JsonTokenType.Null)
            {
                hasCoreMetadata = true;
                draft.Flags &= ~(FlatFileFlags.HasMetadata | FlatFileFlags.HasMetadataSha256);
                draft.OtherMetadataHashes = [];
            }

            if (!ReadField(ref reader, field, ref draft, scratch))
                wrong ??= WrongTypeOf(field);
        }

        return wrong;
    }

    private static SkipReason WrongTypeOf(Field field) =>
        field switch
        {
            Field.FileName => SkipReason.WrongFileName,
            Field.Url => SkipReason.WrongUrl,
            Field.RequiresPython => SkipReason.WrongRequiresPython,
            Field.Yanked => SkipReason.WrongYanked,
            Field.Hashes => SkipReason.WrongHashes,
            _ => SkipReason.WrongMetadata,
        };

    private enum Field
    {
        Unknown,
        FileName,
        Url,
        Hashes,
        RequiresPython,
        Yanked,
        Size,
        UploadTime,
        CoreMetadata,
        DistInfoMetadata,
    }

    /// <summary>The field by the length of its name first: most of the few names differ in it.</summary>
    private static Field FieldOf(scoped ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
            return FieldOfEscaped(ref reader);
        return FieldOf(reader.ValueSpan);
    }

    private static Field FieldOf(ReadOnlySpan<byte> name) =>
        name.Length switch
        {
            3 when name.SequenceEqual("url"u8) => Field.Url,
            4 when name.SequenceEqual("size"u8) => Field.Size,
            6 when name.SequenceEqual("hashes"u8) => Field.Hashes,
            6 when name.SequenceEqual("yanked"u8) => Field.Yanked,
            8 when name.SequenceEqual("filename"u8) => Field.FileName,
            11 when name.SequenceEqual("upload-time"u8) => Field.UploadTime,
            13 when name.SequenceEqual("core-metadata"u8) => Field.CoreMetadata,
            15 when name.SequenceEqual("requires-python"u8) => Field.RequiresPython,
            18 when name.SequenceEqual("dist-info-metadata"u8) => Field.DistInfoMetadata,
            _ => Field.Unknown,
        };

    private static Field FieldOfEscaped(scoped ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.Length > 200)
            return Field.Unknown;
        Span<byte> name = stackalloc byte[200];
        return FieldOf(name[..reader.CopyString(name)]);
    }

    private static bool ReadField(
        ref Utf8JsonReader reader,
        Field field,
        scoped ref FileDraft draft,
        List<byte> scratch
    )
    {
        switch (field)
        {
            case Field.FileName:
                return TryText(ref reader, scratch, out draft.FileName);
            case Field.Url:
                return TryText(ref reader, scratch, out draft.Url);
            case Field.RequiresPython:
                return reader.TokenType == JsonTokenType.Null || TryText(ref reader, scratch, out draft.RequiresPython);
            case Field.Hashes:
                return ReadHashes(ref reader, ref draft, scratch, isMetadata: false);
            case Field.Yanked:
                return ReadYanked(ref reader, ref draft, scratch);
            case Field.Size:
                ReadSize(ref reader, ref draft);
                return true;
            case Field.UploadTime:
                ReadUploadTime(ref reader, ref draft);
                return true;
            case Field.CoreMetadata or Field.DistInfoMetadata:
                return ReadMetadata(ref reader, ref draft, scratch);
            default:
                reader.TrySkip();
                return true;
        }
    }

    /// <summary>The value if it is a string; any other value is passed over.</summary>
    private static bool TryText(scoped ref Utf8JsonReader reader, List<byte> scratch, out ReadOnlySpan<byte> text)
    {
        text = [];
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.TrySkip();
            return false;
        }

        if (!reader.ValueIsEscaped)
        {
            text = reader.ValueSpan;
            return true;
        }

        var start = scratch.Count;
        CollectionsMarshal.SetCount(scratch, start + reader.ValueSpan.Length);
        var length = reader.CopyString(CollectionsMarshal.AsSpan(scratch)[start..]);
        CollectionsMarshal.SetCount(scratch, start + length);
        text = CollectionsMarshal.AsSpan(scratch)[start..];
        return true;
    }

    private static bool ReadHashes(
        ref Utf8JsonReader reader,
        scoped ref FileDraft draft,
        List<byte> scratch,
        bool isMetadata
    )
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return reader.TokenType == JsonTokenType.Null;
        }

        var isGood = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var hasName = TryName(ref reader, scratch, out var algorithm);
            reader.Read();
            if (!TryText(ref reader, scratch, out var hex) || !hasName)
                isGood = false;
            else if (isMetadata)
                draft.AddMetadataHash(algorithm, hex, scratch);
            else
                draft.AddHash(algorithm, hex, scratch);
        }

        return isGood;
    }

    private static bool TryName(scoped ref Utf8JsonReader reader, List<byte> scratch, out ReadOnlySpan<byte> name)
    {
        name = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return true;
        var start = scratch.Count;
        CollectionsMarshal.SetCount(scratch, start + name.Length);
        var length = reader.CopyString(CollectionsMarshal.AsSpan(scratch)[start..]);
        name = CollectionsMarshal.AsSpan(scratch).Slice(start, length);
        return true;
    }

    /// <summary>True, or a reason; an empty reason is as good as false (PEP 691).</summary>
    private static bool ReadYanked(scoped ref Utf8JsonReader reader, scoped ref FileDraft draft, List<byte> scratch)
    {
        if (reader.TokenType is JsonTokenType.String)
            TryText(ref reader, scratch, out draft.YankedReason);
        else
            draft.YankedReason = [];
        var isYanked = reader.TokenType is JsonTokenType.True || !draft.YankedReason.IsEmpty;
        draft.Flags = isYanked ? draft.Flags | FlatFileFlags.IsYanked : draft.Flags & ~FlatFileFlags.IsYanked;
        var isGood =
            reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null or JsonTokenType.String;
        reader.TrySkip();
        return isGood;
    }

    /// <summary>A size or time that cannot be read is as good as none.</summary>
    private static void ReadSize(scoped ref Utf8JsonReader reader, scoped ref FileDraft draft)
    {
        draft.Flags &= ~FlatFileFlags.HasSize;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size) && size >= 0)
        {
            draft.Size = size;
            draft.Flags |= FlatFileFlags.HasSize;
        }

        reader.TrySkip();
    }

    private static void ReadUploadTime(scoped ref Utf8JsonReader reader, scoped ref FileDraft draft)
    {
        draft.Flags &= ~FlatFileFlags.HasUploadTime;
        if (reader.TokenType == JsonTokenType.String && UploadTimeText.TryRead(reader.ValueSpan, out draft.UploadTicks))
            draft.Flags |= FlatFileFlags.HasUploadTime;
        reader.TrySkip();
    }

    private static bool ReadMetadata(scoped ref Utf8JsonReader reader, scoped ref FileDraft draft, List<byte> scratch)
    {
        if (reader.TokenType is JsonTokenType.StartObject)
        {
            draft.Flags |= FlatFileFlags.HasMetadata;
            return ReadHashes(ref reader, ref draft, scratch, isMetadata: true);
        }

        if (reader.TokenType is JsonTokenType.True)
            draft.Flags |= FlatFileFlags.HasMetadata;
        reader.TrySkip();
        return true;
    }
}
