using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Krait.Platform.Files.Posix;

/// <summary>
/// Memory for whole small files. Mapping one costs two calls and a fault for each of its pages, which is more than reading it does, and a
/// resolution reads thousands. They lie one behind the other in blocks that one large page can back; a block is given back when none of its files
/// is in use any more.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SmallFiles
{
    private const int LargestSize = 32 * 1024;
    private const int BlockSize = 2 << 20;
    private const int Alignment = 16;
    private const int PageSize = 4096;

    // For a run that reads only a few, a block would cost more than it saves.
    private const int FirstMapped = 48;

    private static readonly Lock Gate = new();
    private static Head* current;
    private static int asked;

    /// <summary>Whether an address is in a block: a mapping begins with a page, and nothing in a block does.</summary>
    public static bool Has(nint address) => address % PageSize != 0;

    /// <summary>Room for a file of some length; 0 where it is to be mapped instead.</summary>
    public static nint TryTake(int length)
    {
        if (length > LargestSize || Interlocked.Increment(ref asked) <= FirstMapped)
            return 0;
        lock (Gate)
        {
            if ((current is null || !current->HasRoom(length)) && !TryBegin())
                return 0;
            current->Users++;
            var address = (nint)current + current->Used;
            if (!Has(address))
                address += Alignment;
            current->Used = End(address, length);
            return address;
        }
    }

    /// <summary>Gives the room of a file back; the next file gets that of the latest one.</summary>
    public static void Release(nint address, int length)
    {
        lock (Gate)
        {
            var block = (Head*)(address & ~(nint)(BlockSize - 1));
            if (block == current && block->Used == End(address, length))
                block->Used = (int)(address - (nint)block);
            Leave(block);
        }
    }

    /// <summary>Where the room behind a file begins, in its block.</summary>
    private static int End(nint address, int length)
    {
        var end = (int)(address & (BlockSize - 1)) + length;
        return end + ((Alignment - (end % Alignment)) % Alignment);
    }

    private static bool TryBegin()
    {
        if (current is not null)
            Leave(current);
        current = null;
        try
        {
            current = (Head*)NativeMemory.AlignedAlloc(BlockSize, BlockSize);
        }
        catch (OutOfMemoryException)
        {
            // A mapping needs less.
            return false;
        }

        _ = NativeMethods.Advise((nuint)current, BlockSize, NativeMethods.AdviseLargePages);
        // The block itself is a user for as long as files are added to it.
        *current = new Head { Users = 1, Used = Alignment };
        return true;
    }

    private static void Leave(Head* block)
    {
        if (--block->Users == 0)
            NativeMemory.AlignedFree(block);
    }

    /// <summary>What a block begins with.</summary>
    private struct Head
    {
        /// <summary>How many files are in use, and one more while the block is being filled.</summary>
        public int Users;

        /// <summary>Where the free part begins.</summary>
        public int Used;

        public readonly bool HasRoom(int length) => Used + Alignment + length <= BlockSize;
    }
}
