using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Krait.Archives;

namespace Krait.Build.Hooks;

/// <summary>
/// What a build writes: kept up to a limit, at its start and its end, with each line handed on as it comes. Terminal commands in it
/// are taken out of the lines, not of the log.
/// </summary>
/// <param name="lines">Gets each line, made harmless for a terminal; null when nobody listens.</param>
#pragma warning disable CA1001 // A stream in memory has nothing to give back.
public sealed class BuildLog(IProgress<string>? lines = null)
#pragma warning restore CA1001
{
    private const int StartSize = 4 << 20;
    private const int EndSize = 1 << 20;
    private const int LongestLine = 16 * 1024;
    private const int LongestShown = 500;

    private readonly Lock gate = new();
    private readonly MemoryStream start = new();
    private readonly Queue<byte[]> end = new();
    private readonly List<byte> line = [];
    private long endLength;
    private long dropped;

    /// <summary>Adds a line of our own.</summary>
    public void WriteLine(string text) => Write(Encoding.UTF8.GetBytes(text + '\n'));

    /// <summary>Adds what a process wrote.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            Keep(bytes);
            if (lines is not null)
                ReportLines(bytes);
        }
    }

    /// <summary>The whole log, with a note where something was left out.</summary>
    public byte[] ToBytes()
    {
        lock (gate)
        {
            var note =
                dropped > 0
                    ? Encoding.UTF8.GetBytes(
                        string.Create(CultureInfo.InvariantCulture, $"\n[{dropped} bytes were left out]\n")
                    )
                    : [];
            return [.. start.ToArray(), .. note, .. end.SelectMany(piece => piece)];
        }
    }

    /// <summary>The whole log as text.</summary>
    public string ToText() => Encoding.UTF8.GetString(ToBytes());

    /// <summary>The last lines with something on them, made harmless for a terminal.</summary>
    public ImmutableArray<string> LastLines(int count)
    {
        var all = ToText().Split('\n').Select(Clean).Where(text => text.Trim().Length > 0).ToList();
        return [.. all.Skip(all.Count - count)];
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = (int)Math.Min(bytes.Length, StartSize - start.Length);
        start.Write(bytes[..room]);
        if (room == bytes.Length)
            return;
        end.Enqueue(bytes[room..].ToArray());
        endLength += bytes.Length - room;
        while (endLength - end.Peek().Length > EndSize)
        {
            var oldest = end.Dequeue();
            endLength -= oldest.Length;
            dropped += oldest.Length;
        }
    }

    private void ReportLines(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is not ((byte)'\n' or (byte)'\r') && line.Count < LongestLine)
            {
                line.Add(value);
                continue;
            }

            if (line.Count > 0)
                lines?.Report(Clean(Encoding.UTF8.GetString([.. line])));
            line.Clear();
        }
    }

    /// <summary>A line without colours, other commands to a terminal, and characters that cannot be seen.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, LongestShown));
        var rest = text.AsSpan();
        while (!rest.IsEmpty && clean.Length < LongestShown)
        {
            if (rest[0] == '\x1b')
            {
                rest = rest[LengthOfCommand(rest)..];
                continue;
            }

            _ = Rune.DecodeFromUtf16(rest, out var rune, out var length);
            rest = rest[length..];
            if (rune.Value == '\t')
                clean.Append("    ");
            else if (!SafeText.IsInvisible(rune))
                clean.Append(rune.ToString());
        }

        return clean.ToString().TrimEnd();
    }

    /// <summary>How long a command to a terminal is (`ESC [ 31 m`).</summary>
    private static int LengthOfCommand(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[1] != '[')
            return Math.Min(2, text.Length);
        var last = text[2..].IndexOfAnyInRange('@', '~');
        return last < 0 ? text.Length : last + 3;
    }
}
