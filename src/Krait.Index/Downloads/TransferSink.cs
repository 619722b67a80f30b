using Krait.Packaging.Text;

namespace Krait.Index.Downloads;

/// <summary>Takes the bytes of a file as they come.</summary>
internal abstract class TransferSink
{
    /// <summary>How much was taken.</summary>
    public abstract long Length { get; }

    /// <summary>Takes the next bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Starts over.</summary>
    public abstract void Reset();

    /// <summary>The error of a file that is longer or shorter than it must be.</summary>
    public abstract KraitException WrongSize(long expected, long actual);
}
