using Krait.Archives;
using Krait.Platform.Files;

namespace Krait.Projects.Installing;

/// <summary>The bytes of a file of the user's, which knows whether they are still those that were hashed; closed by whoever opened it.</summary>
internal sealed class LocalSource(SteadyFile file) : ByteSource
{
    public override long Length => file.Length;

    public override bool HasChanged => file.HasChanged;

    public override int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = RandomAccess.Read(file.Handle, buffer[total..], offset + total);
            if (count == 0)
                break;
            total += count;
        }

        return total;
    }
}
