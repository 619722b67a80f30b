using static Krait.Archives.Tar.TarHeader;

namespace Krait.Archives.Tar;

/// <summary>
/// Reads a tar archive as it comes, in pieces of any size. The archive ends with two blocks of zeros; after them only zeros may come,
/// and without them it is incomplete.
/// </summary>
/// <param name="sink">Takes the members.</param>
/// <param name="limits">How much there may be.</param>
internal sealed class TarParser(ITarSink sink, ArchiveLimits limits)
{
    private const int LongestExtension = 1 << 20;

    private readonly byte[] block = new byte[BlockSize];
    private readonly TarExtensions extensions = new();
    private int filled;
    private int zeroBlocks;
    private int members;
    private long bodyLeft;
    private int paddingLeft;
    private byte[]? extension;
    private int extensionFilled;
    private char extensionType;

    /// <summary>Takes the next piece.</summary>
    /// <exception cref="UnsafeArchiveException">The archive is malformed, ambiguous or too large.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bodyLeft > 0)
                TakeBody(ref bytes);
            else if (paddingLeft > 0)
                SkipPadding(ref bytes);
            else
                TakeHeader(ref bytes);
        }
    }

    /// <summary>The archive has ended.</summary>
    /// <exception cref="UnsafeArchiveException">It is incomplete.</exception>
    public void Finish()
    {
        if (bodyLeft > 0 || paddingLeft > 0 || filled > 0 || zeroBlocks < 2)
            throw UnsafeArchiveException.Because("archive-truncated", "the archive ends too early");
        if (members == 0)
            throw UnsafeArchiveException.Because("archive-empty", "the archive is empty");
    }

    private void TakeHeader(ref ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, BlockSize - filled);
        bytes[..count].CopyTo(block.AsSpan(filled));
        bytes = bytes[count..];
        filled += count;
        if (filled < BlockSize)
            return;
        filled = 0;
        if (!block.AsSpan().ContainsAnyExcept((byte)0))
        {
            if (extensions.IsPending)
                throw Malformed("is an extended one without a member");
            zeroBlocks++;
            return;
        }

        if (zeroBlocks > 0)
            throw UnsafeArchiveException.Because("tar-trailing", "something follows the end of the archive");
        var header = Read(block);
        if (TarExtensions.IsExtension(header.Type))
            BeginExtension(header);
        else
            BeginMember(extensions.Apply(header));
    }

    private void BeginExtension(TarHeader header)
    {
        if (header.Size is 0 or > LongestExtension)
            throw Malformed("is an extended one without content, or with too much of it");
        extension = new byte[header.Size];
        (extensionFilled, extensionType) = (0, header.Type);
        BeginBody(header.Size);
    }

    private void BeginMember(TarMember member)
    {
        if (++members > limits.Entries)
            throw UnsafeArchiveException.Because("archive-bomb", $"the archive has more than {limits.Entries} members");
        sink.Begin(member);
        BeginBody(member.Size);
        if (member.Size == 0)
            sink.End();
    }

    private void BeginBody(long size)
    {
        bodyLeft = size;
        paddingLeft = (int)((BlockSize - (size % BlockSize)) % BlockSize);
    }

    private void TakeBody(ref ReadOnlySpan<byte> bytes)
    {
        var count = (int)Math.Min(bytes.Length, bodyLeft);
        var piece = bytes[..count];
        bytes = bytes[count..];
        bodyLeft -= count;
        if (extension is null)
        {
            sink.Write(piece);
            if (bodyLeft == 0)
                sink.End();
            return;
        }

        piece.CopyTo(extension.AsSpan(extensionFilled));
        extensionFilled += count;
        if (bodyLeft > 0)
            return;
        extensions.Take(extensionType, extension);
        extension = null;
    }

    private void SkipPadding(ref ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, paddingLeft);
        bytes = bytes[count..];
        paddingLeft -= count;
    }
}
