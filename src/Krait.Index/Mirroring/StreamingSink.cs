using System.Collections.Immutable;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;

namespace Krait.Index.Mirroring;

/// <summary>Hashes a file and hands it on as it comes.</summary>
internal sealed class StreamingSink(DownloadRequest request, ITransferTarget target) : TransferSink, IDisposable
{
    private readonly HashCheck check = new(request);

    public override long Length => check.Length;

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        check.Append(bytes);
        target.Append(bytes);
    }

    public override void Reset()
    {
        if (Length > 0)
            target.Restart();
        check.Reset();
    }

    public override KraitException WrongSize(long expected, long actual) => check.WrongSize(expected, actual);

    /// <summary>The hashes of the whole file, when they are what was expected.</summary>
    /// <exception cref="KraitException">A hash or the size is another.</exception>
    public ImmutableArray<FileHash> Finish(IReadOnlyList<string> notes) => check.Verify(notes);

    public void Dispose() => check.Dispose();
}
