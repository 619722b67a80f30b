using System.Buffers.Binary;
using System.Text;

namespace Krait.Archives.Bundles;

/// <summary>
/// Writes a ZIP archive (APPNOTE 6.3) whose files are stored as they are, one after the other and without going back: the same files give the
/// same bytes, and each can be read from its place. Sizes and checksums are known before, so that no file needs a descriptor.
/// </summary>
/// <param name="output">Takes the archive.</param>
internal sealed class StoredZipWriter(Stream output)
{
    private const ushort Wide = 45;
    private const ushort Usual = 20;
    private const ushort Utf8Names = 0x0800;

    /// <summary>1980-01-01, the first day that an archive can name.</summary>
    private const ushort Day = 0x0021;

    private readonly List<Member> members = [];
    private long offset;

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its path in the archive.</param>
    /// <param name="size">How many bytes it has.</param>
    /// <param name="crc">Its checksum.</param>
    /// <param name="copyAsync">Copies its bytes.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task AddAsync(
        string path,
        long size,
        uint crc,
        Func<Stream, CancellationToken, Task> copyAsync,
        CancellationToken cancellationToken
    )
    {
        var member = new Member(Encoding.UTF8.GetBytes(path), size, crc, offset);
        await WriteAsync(LocalHeader(member), cancellationToken);
        await copyAsync(output, cancellationToken);
        offset += size;
        members.Add(member);
    }

    /// <summary>Writes the directory.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        var start = offset;
        foreach (var member in members)
            await WriteAsync(CentralHeader(member), cancellationToken);
        await WriteAsync(End(start, offset - start), cancellationToken);
    }

    private static bool IsLarge(long value) => value >= uint.MaxValue;

    private static byte[] LocalHeader(Member member)
    {
        var isWide = IsLarge(member.Size);
        var header = new Fields();
        header.Add32(0x04034b50);
        AddCommon(header, member, isWide);
        header.Add16(isWide ? 20 : 0);
        header.Add(member.Name);
        if (isWide)
        {
            header.Add16(1);
            header.Add16(16);
            header.Add64(member.Size);
            header.Add64(member.Size);
        }

        return header.ToArray();
    }

    private static byte[] CentralHeader(Member member)
    {
        var (isWide, isFar) = (IsLarge(member.Size), IsLarge(member.Offset));
        var extra = (isWide ? 16 : 0) + (isFar ? 8 : 0);
        var header = new Fields();
        header.Add32(0x02014b50);
        // Made on Unix, so that the permissions below count.
        header.Add16((3 << 8) | Wide);
        AddCommon(header, member, isWide);
        header.Add16(extra == 0 ? 0 : extra + 4);
        header.Add16(0);
        header.Add16(0);
        header.Add16(0);
        header.Add32(0b1_000_000_110_100_100u << 16);
        header.Add32(isFar ? uint.MaxValue : (uint)member.Offset);
        header.Add(member.Name);
        if (extra > 0)
        {
            header.Add16(1);
            header.Add16(extra);
            if (isWide)
            {
                header.Add64(member.Size);
                header.Add64(member.Size);
            }

            if (isFar)
                header.Add64(member.Offset);
        }

        return header.ToArray();
    }

    private static void AddCommon(Fields header, Member member, bool isWide)
    {
        var size = isWide ? uint.MaxValue : (uint)member.Size;
        header.Add16(isWide ? Wide : Usual);
        header.Add16(Utf8Names);
        header.Add16(0);
        header.Add16(0);
        header.Add16(Day);
        header.Add32(member.Crc);
        header.Add32(size);
        header.Add32(size);
        header.Add16(member.Name.Length);
    }

    private byte[] End(long start, long size)
    {
        var isWide = members.Count >= ushort.MaxValue || IsLarge(start) || IsLarge(size);
        var end = new Fields();
        if (isWide)
        {
            end.Add32(0x06064b50);
            end.Add64(44);
            end.Add16(Wide);
            end.Add16(Wide);
            end.Add32(0);
            end.Add32(0);
            end.Add64(members.Count);
            end.Add64(members.Count);
            end.Add64(size);
            end.Add64(start);
            end.Add32(0x07064b50);
            end.Add32(0);
            end.Add64(start + size);
            end.Add32(1);
        }

        var count = isWide ? ushort.MaxValue : members.Count;
        end.Add32(0x06054b50);
        end.Add16(0);
        end.Add16(0);
        end.Add16(count);
        end.Add16(count);
        end.Add32(isWide ? uint.MaxValue : (uint)size);
        end.Add32(isWide ? uint.MaxValue : (uint)start);
        end.Add16(0);
        return end.ToArray();
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken);
        offset += bytes.Length;
    }

    private sealed record Member(byte[] Name, long Size, uint Crc, long Offset);

    /// <summary>Numbers in the order of the format, the lowest byte first.</summary>
    private sealed class Fields
    {
        private readonly List<byte> bytes = new(128);

        public void Add(ReadOnlySpan<byte> value) => bytes.AddRange(value);

        public void Add16(int value)
        {
            Span<byte> field = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value);
            bytes.AddRange(field);
        }

        public void Add32(uint value)
        {
            Span<byte> field = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(field, value);
            bytes.AddRange(field);
        }

        public void Add64(long value)
        {
            Span<byte> field = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(field, value);
            bytes.AddRange(field);
        }

        public byte[] ToArray() => [.. bytes];
    }
}
