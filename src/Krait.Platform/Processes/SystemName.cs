using System.Text;
using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>What the operating system calls itself (`uname`).</summary>
public static unsafe class SystemName
{
    /// <summary>`struct utsname` of Linux: six texts of 65 bytes, each with a final zero.</summary>
    private const int Length = 65;
    private const int Count = 6;
    private const int HostName = 1;
    private const int DomainName = 5;

    /// <summary>Name, release, version and machine, as every process sees them now; empty where the system does not say.</summary>
    public static string Read()
    {
        var buffer = stackalloc byte[Length * Count];
        if (!OperatingSystem.IsLinux() || NativeMethods.SystemName(buffer) != 0)
            return "";
        var texts = new List<string>();
        for (var index = 0; index < Count; index++)
        {
            // What the machine is called in its network says nothing about the system.
            if (index is not (HostName or DomainName))
                texts.Add(TextOf(new ReadOnlySpan<byte>(buffer + (index * Length), Length)));
        }

        return string.Join(' ', texts);
    }

    private static string TextOf(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }
}
