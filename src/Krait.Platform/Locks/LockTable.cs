using System.Globalization;

namespace Krait.Platform.Locks;

/// <summary>The kernel's table of file locks, for telling a waiter whom it waits for.</summary>
internal static class LockTable
{
    /// <summary>The processes that hold a `flock` on a file, by its inode; empty where the system does not tell.</summary>
    /// <remarks>A line reads `1: FLOCK  ADVISORY  WRITE 4711 fe:00:123456 0 EOF`; one that waits has `->` after its number.</remarks>
    public static List<int> HoldersOf(ulong inode)
    {
        var holders = new List<int>();
        try
        {
            foreach (var line in File.ReadLines("/proc/locks"))
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words is not [_, "FLOCK", _, _, var process, var file, ..])
                    continue;
                var isSame =
                    ulong.TryParse(file.AsSpan(file.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var number)
                    && number == inode;
                if (isSame && int.TryParse(process, CultureInfo.InvariantCulture, out var id) && id > 0)
                    holders.Add(id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            holders.Clear();
        }

        return holders;
    }
}
