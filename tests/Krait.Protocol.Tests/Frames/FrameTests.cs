using System.Buffers;
using FsCheck.Xunit;
using Krait.Protocol.Content;
using Krait.Protocol.Frames;

namespace Krait.Protocol.Tests.Frames;

/// <summary>Frames come out as they went in, however they arrive, and nothing that was damaged comes out.</summary>
public sealed class FrameTests
{
    private static readonly byte[][] Documents =
    [
        [1, 2, 3],
        [],
        [.. Enumerable.Range(0, 200).Select(i => (byte)i)],
    ];

    private static byte[] Write(params byte[][] documents)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new FrameWriter(buffer);
        foreach (var document in documents)
            writer.Write(document);
        writer.End(unchanged: 2, unknown: 1);
        return buffer.WrittenSpan.ToArray();
    }

    private static List<byte[]> Read(FrameReader reader, ReadOnlySpan<byte> bytes, int step)
    {
        var result = new List<byte[]>();
        for (var at = 0; at < bytes.Length; at += step)
        {
            reader.Append(bytes.Slice(at, Math.Min(step, bytes.Length - at)));
            while (reader.TryRead(out var document, out _))
                result.Add(document);
        }

        return result;
    }

    [Property]
    public bool Parts_that_are_put_together_are_what_a_writer_writes(byte[][] documents)
    {
        documents = [.. documents.Select(document => document ?? [])];
        var bytes = documents.Sum(document => (long)document.Length);
        byte[] together =
        [
            .. FrameParts.Start.ToArray(),
            .. documents.SelectMany(document => FrameParts.Of(document, ContentDigest.Of(document))),
            .. FrameParts.End(new FrameCounts(documents.Length, bytes, Unchanged: 2, Unknown: 1)),
        ];
        return together.AsSpan().SequenceEqual(Write(documents));
    }

    [Property]
    public bool What_was_written_is_read_however_it_arrives(byte[][] documents, byte step)
    {
        documents = [.. documents.Select(document => document ?? [])];
        var reader = new FrameReader();
        var read = Read(reader, Write(documents), Math.Max(1, (int)step));
        return reader.IsComplete
            && reader.End is { Unchanged: 2, Unknown: 1 }
            && read.Count == documents.Length
            && read.Zip(documents).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    [Fact]
    public void A_sequence_that_was_cut_anywhere_is_not_complete_and_its_documents_are_right()
    {
        var whole = Write(Documents);
        for (var length = 0; length < whole.Length; length++)
        {
            var reader = new FrameReader();
            var read = Read(reader, whole.AsSpan(0, length), 1000);
            Assert.False(reader.IsComplete);
            Assert.Equal(Documents.Take(read.Count), read);
        }
    }

    [Fact]
    public void A_changed_byte_changes_no_document()
    {
        var whole = Write(Documents);
        for (var i = 0; i < whole.Length - 8; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= 0x55;
            var reader = new FrameReader();
            var read = Read(reader, changed, 1000);
            Assert.False(reader.IsComplete);
            Assert.All(read, document => Assert.Contains(document, Documents));
        }
    }

    [Fact]
    public void A_document_that_is_not_what_its_digest_says_is_left_out_and_the_next_is_read()
    {
        var whole = Write(Documents);
        whole[8 + 36] ^= 1;
        var reader = new FrameReader();
        Assert.Equal(Documents.Skip(1), Read(reader, whole, 1000));
        Assert.Equal(1, reader.Refused);
        Assert.NotNull(reader.End);
    }

    [Fact]
    public void Bytes_behind_the_end_are_noticed()
    {
        var reader = new FrameReader();
        Read(reader, [.. Write(Documents), 0], 1);
        Assert.False(reader.IsComplete);
        reader = new FrameReader();
        Read(reader, [.. Write(Documents), 0], 1000);
        Assert.False(reader.IsComplete);
    }

    [Theory]
    [InlineData("<html><body>Sign in</body></html>")]
    [InlineData("{}")]
    [InlineData("KRAITFR2aaaaaaaa")]
    public void What_is_not_frames_is_refused_at_once(string text)
    {
        var reader = new FrameReader();
        Assert.Empty(Read(reader, System.Text.Encoding.UTF8.GetBytes(text), 1));
        Assert.NotNull(reader.Error);
    }

    [Fact]
    public void A_length_that_is_too_large_is_refused_before_anything_is_kept()
    {
        var reader = new FrameReader();
        reader.Append([.. "KRAITFR1"u8, 0x7F, 0xFF, 0xFF, 0xFF]);
        Assert.False(reader.TryRead(out _, out _));
        Assert.NotNull(reader.Error);
    }
}
