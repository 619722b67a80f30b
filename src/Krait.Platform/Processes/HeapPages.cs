using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>
/// How the system backs the managed heap. By default each 4 KiB of it costs a fault when it is first touched: a fraction of a
/// microsecond on bare metal, more than ten in many virtual machines, where they are most of what a short run costs. With large pages
/// one fault brings 2 MiB.
/// </summary>
public static unsafe class HeapPages
{
    private const int AddressSpace = 9;

    // The collector hands out its address space in regions of this size, aligned to it.
    private const nuint Region = 4 << 20;
    private const nuint LargePage = 2 << 20;

    // At the start there is one region for each generation, the oldest first, then one of 32 MiB for large objects. New regions follow.
    private const nuint Before = 2 * Region;
    private const nuint After = 52 << 20;

    // The collector reserves several times this, and less than the above only where there is less of it.
    private const long LeastMemory = 512 << 20;

    private static bool isDone;

    /// <summary>
    /// Asks for large pages where objects are and will be, once in a process, before much is allocated. Where the system has none, or memory
    /// is short, nothing changes, and the collector's own way of taking and returning its memory stays as it is.
    /// </summary>
    public static void Enlarge()
    {
        if (
            !OperatingSystem.IsLinux()
            || !Environment.Is64BitProcess
            || Interlocked.Exchange(ref isDone, true)
            || IsShort()
        )
        {
            return;
        }

        var pinned = AddressOf(GC.AllocateUninitializedArray<byte>(1, pinned: true));
        var youngest = AddressOf(new object()) & ~(Region - 1);
        // Pinned objects come first in the collector's space. If they are not below, the layout is not the one described above.
        if (pinned >= youngest - Before || pinned < youngest - Before - (16 * Region))
            return;

        // One mapping with one set of flags: only then can a large page span what the collector takes in small steps.
        var start = youngest - Before;
        const nuint Length = Before + After;
        var isOne =
            NativeMethods.Protect(start, Length, NativeMethods.ProtectionRead | NativeMethods.ProtectionWrite) == 0
            && NativeMethods.Advise(start, Length, NativeMethods.AdviseDump) == 0
            && NativeMethods.Advise(start, Length, NativeMethods.AdviseLargePages) == 0;
        // What the start has touched in small pages becomes a large one.
        if (isOne)
            _ = NativeMethods.Advise(youngest, LargePage, NativeMethods.AdviseCollapse);
    }

    [SupportedOSPlatform("linux")]
    private static bool IsShort() =>
        NativeMethods.GetLimit(AddressSpace, out var space) != 0
        || space.Current != ulong.MaxValue
        || GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < LeastMemory;

    // Not inlined: the object escapes, and is therefore on the heap.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nuint AddressOf(object value) => *(nuint*)Unsafe.AsPointer(ref value);
}
