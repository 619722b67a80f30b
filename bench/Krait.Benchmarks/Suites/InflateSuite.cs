using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Krait.Archives.Deflate;

namespace Krait.Benchmarks.Suites;

/// <summary>DEFLATE: Krait's reader beside the runtime's, on two megabytes of text.</summary>
public class InflateSuite
{
    private readonly Inflater inflater = new();
    private byte[] deflated = [];
    private byte[] output = [];

    /// <summary>Compresses recorded pages.</summary>
    [GlobalSetup]
    public void Compress()
    {
        byte[] content =
        [
            .. Samples.JsonPage("cryptography"),
            .. Samples.JsonPage("pillow"),
            .. Samples.JsonPage("cffi"),
        ];
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal))
            deflate.Write(content);
        deflated = stream.ToArray();
        output = new byte[content.Length];
    }

    /// <summary>From one buffer into another.</summary>
    [Benchmark]
    public int KraitInflater() =>
        inflater.Inflate(deflated, output, out _, out var written) is InflateOutcome.Complete
            ? written
            : throw new InvalidDataException("the stream is not complete");

    /// <summary>The same with the runtime.</summary>
    [Benchmark]
    public int RuntimeDeflateStream()
    {
        using var stream = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
        return stream.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
    }
}
