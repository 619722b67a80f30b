using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Krait.Packaging.Memory;

/// <summary>
/// Arrays on loan. Small ones come from <see cref="ArrayPool{T}.Shared"/>, which keeps some for each thread. Of large ones, threads share
/// two of each size: a thread that waits for the network does not hold back megabytes that another one needs. Those above 8 MiB are made
/// and left to the collector: a pool would keep them.
/// </summary>
/// <typeparam name="T">The type of the elements, which are not cleared.</typeparam>
public static class Rented<T>
    where T : unmanaged
{
    private const int SmallBytes = 64 * 1024;
    private const int LargestBytes = 8 * 1024 * 1024;
    private const int KeptOfEachSize = 2;

    // A power of two, as the lengths in both pools: an array tells by its length where it belongs.
    private static readonly int SmallLength =
        (int)BitOperations.RoundUpToPowerOf2((uint)(SmallBytes / Unsafe.SizeOf<T>())) / 2;
    private static readonly int LargestLength = (int)
        BitOperations.RoundUpToPowerOf2((uint)(LargestBytes / Unsafe.SizeOf<T>()));
    private static readonly ArrayPool<T> Large = ArrayPool<T>.Create(LargestLength, KeptOfEachSize);

    /// <summary>An array of at least this length.</summary>
    public static T[] Take(int length) =>
        length > LargestLength ? GC.AllocateUninitializedArray<T>(length) : PoolOf(length).Rent(length);

    /// <summary>Gives an array back, which came from <see cref="Take"/> and is not used any more; an empty one may come from anywhere.</summary>
    public static void Return(T[] array)
    {
        if (array.Length > 0 && array.Length <= LargestLength)
            PoolOf(array.Length).Return(array);
    }

    private static ArrayPool<T> PoolOf(int length) => length <= SmallLength ? ArrayPool<T>.Shared : Large;
}
