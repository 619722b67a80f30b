using System.Runtime.InteropServices;
using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>The size of the terminal that standard output or standard error is.</summary>
/// <param name="Columns">The columns of a line.</param>
/// <param name="Rows">The lines that are seen at once.</param>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const nuint GetWindowSize = 0x5413;

    /// <summary>The size of the terminal behind standard output, as it is at this moment; null where it is no terminal.</summary>
    public static TerminalSize? OfOutput() => Of(StandardOutput);

    /// <summary>The size of the terminal behind standard error, as it is at this moment; null where it is no terminal.</summary>
    public static TerminalSize? OfError() => Of(StandardError);

    private static unsafe TerminalSize? Of(int descriptor)
    {
        // The framework's own way initialises the terminal, which writes to it.
        if (!OperatingSystem.IsLinux())
            return null;
        WindowSize size;
        return
            NativeMethods.Control(descriptor, GetWindowSize, (nint)(&size)) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new TerminalSize(size.Columns, size.Rows)
            : null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
