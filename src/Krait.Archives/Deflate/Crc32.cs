using System.Runtime.InteropServices;

namespace Krait.Archives.Deflate;

/// <summary>CRC-32 as ZIP uses it, from the compression library that the runtime carries.</summary>
public static unsafe partial class Crc32
{
    /// <summary>Continues a checksum; a first call starts from 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return crc;
        fixed (byte* start = bytes)
            return Compute(crc, start, bytes.Length);
    }

    [LibraryImport("libSystem.IO.Compression.Native", EntryPoint = "CompressionNative_Crc32")]
    private static partial uint Compute(uint crc, byte* buffer, int length);
}
