using System.IO.Compression;
using Krait.Archives.Deflate;
using Krait.Testing.Archives;

namespace Krait.Archives.Tests.Deflate;

public sealed class InflaterTests
{
    private readonly Inflater inflater = new();

    [Fact]
    public void Gives_back_what_the_framework_compressed()
    {
        var random = new Random(1);
        for (var round = 0; round < 600; round++)
        {
            var content = Samples.Make(random, 1 + (random.Next(0, 200_000) >> random.Next(0, 12)));
            var compressed = Samples.Deflate(content, Samples.Levels[round % 4]);
            AssertWhole(content, compressed);
            AssertStreamed(content, compressed, random);
        }
    }

    [Fact]
    public void Reads_a_long_stream_through_its_window()
    {
        var random = new Random(2);
        var content = Samples.Make(random, 5_000_000);
        foreach (var level in Samples.Levels)
            AssertStreamed(content, Samples.Deflate(content, level), random);
    }

    [Fact]
    public void Leaves_bytes_after_the_stream_alone()
    {
        var content = Samples.Make(new Random(3), 10_000);
        var compressed = Samples.Deflate(content, CompressionLevel.Optimal);
        byte[] longer = [.. compressed, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        var output = new byte[content.Length];
        Assert.Equal(InflateOutcome.Complete, inflater.Inflate(longer, output, out var consumed, out var written));
        Assert.Equal((compressed.Length, content.Length), (consumed, written));
        var position = 0;
        var outcome = inflater.Inflate(
            buffer => Samples.Feed(longer, ref position, buffer, 4096),
            _ => { },
            content.Length,
            out var unread
        );
        Assert.Equal((InflateOutcome.Complete, 9), (outcome, unread));
    }

    [Fact]
    public void Tells_a_cut_stream_at_every_byte()
    {
        var content = Samples.Make(new Random(4), 3000);
        foreach (var level in Samples.Levels)
        {
            var compressed = Samples.Deflate(content, level);
            for (var length = 0; length < compressed.Length; length++)
            {
                var outcome = inflater.Inflate(compressed.AsSpan(0, length), new byte[content.Length], out _, out _);
                Assert.Equal(InflateOutcome.Truncated, outcome);
            }
        }
    }

    [Fact]
    public void Never_writes_more_than_it_may()
    {
        var content = new byte[100_000];
        var compressed = Samples.Deflate(content, CompressionLevel.Optimal);
        for (var room = 0; room < 600; room++)
        {
            var guarded = new byte[room + 64];
            guarded.AsSpan().Fill(0xAA);
            Assert.Equal(
                InflateOutcome.TooLong,
                inflater.Inflate(compressed, guarded.AsSpan(0, room), out _, out var written)
            );
            Assert.True(written <= room);
            Assert.True(guarded.AsSpan(room).IndexOfAnyExcept((byte)0xAA) < 0);
        }

        var position = 0;
        var outcome = inflater.Inflate(
            buffer => Samples.Feed(compressed, ref position, buffer, 100_000),
            _ => { },
            99_999,
            out _
        );
        Assert.Equal(InflateOutcome.TooLong, outcome);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Agrees_with_the_framework_on_mutants()
    {
        var random = new Random(5);
        var accepted = 0;
        for (var round = 0; round < 40_000; round++)
        {
            var content = Samples.Make(random, random.Next(1, 2000));
            var mutant = Samples.Deflate(content, Samples.Levels[round % 4]);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                mutant[random.Next(Math.Min(mutant.Length, random.Next(1, mutant.Length + 1)))] ^= (byte)(
                    1 << random.Next(8)
                );
            }

            accepted += AgreesOn(mutant) ? 1 : 0;
        }

        Assert.InRange(accepted, 100, 39_900);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Survives_noise()
    {
        var random = new Random(6);
        var noise = new byte[300];
        for (var round = 0; round < 40_000; round++)
        {
            random.NextBytes(noise);
            // Dynamic blocks reach the most code.
            if (round % 2 == 0)
                noise[0] = (byte)((noise[0] & 0xF8) | 0b101);
            AgreesOn(noise.AsSpan(0, random.Next(noise.Length)).ToArray());
        }
    }

    /// <summary>Compares the outcome of a stream with that of the framework's zlib.</summary>
    private bool AgreesOn(byte[] stream)
    {
        const int Room = 1 << 20;
        var output = new byte[Room];
        var outcome = inflater.Inflate(stream, output, out var consumed, out var written);
        if (outcome == InflateOutcome.TooLong)
            return false;
        var (expected, isValid, isComplete) = Samples.Reference(stream, Room);
        Assert.Equal(isValid && isComplete, outcome == InflateOutcome.Complete);
        if (outcome != InflateOutcome.Complete)
            return false;
        Assert.True(expected.AsSpan().SequenceEqual(output.AsSpan(0, written)));
        Assert.True(consumed <= stream.Length);
        var position = 0;
        var streamed = new MemoryStream();
        var again = inflater.Inflate(
            buffer => Samples.Feed(stream, ref position, buffer, 7),
            bytes => streamed.Write(bytes.Span),
            Room,
            out var unread
        );
        Assert.Equal((InflateOutcome.Complete, consumed), (again, position - unread));
        Assert.True(expected.AsSpan().SequenceEqual(streamed.ToArray()));
        return true;
    }

    private void AssertWhole(byte[] content, byte[] compressed)
    {
        var output = new byte[content.Length];
        var outcome = inflater.Inflate(compressed, output, out var consumed, out var written);
        Assert.Equal((InflateOutcome.Complete, compressed.Length, content.Length), (outcome, consumed, written));
        Assert.True(output.AsSpan().SequenceEqual(content));
    }

    private void AssertStreamed(byte[] content, byte[] compressed, Random random)
    {
        var position = 0;
        var output = new MemoryStream();
        var outcome = inflater.Inflate(
            buffer => Samples.Feed(compressed, ref position, buffer, random.Next(1, 5000)),
            bytes => output.Write(bytes.Span),
            content.Length,
            out var unread
        );
        Assert.Equal((InflateOutcome.Complete, 0, compressed.Length), (outcome, unread, position));
        Assert.True(output.ToArray().AsSpan().SequenceEqual(content));
    }
}
