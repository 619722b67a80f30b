using System.Globalization;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>
/// Finds processes by a variable in their environment: it is inherited by everything that a program starts, also by what has left its
/// group, its session and its parent.
/// </summary>
internal static class ProcessMarks
{
    private const int MostRounds = 50;

    /// <summary>Kills all processes with the mark, and what they start meanwhile.</summary>
    /// <returns>How many there were.</returns>
    public static int Kill(string name, string value)
    {
        var killed = new HashSet<int>();
        for (var round = 0; round < MostRounds; round++)
        {
            var found = Find(name, value);
            if (found.Count == 0)
                break;
            foreach (var id in found)
            {
                killed.Add(id);
                ProcessSignals.Kill(id);
            }

            // The system needs a moment to end them; callers stop processes on their way out, where nothing else is left to do.
            Thread.Sleep(round);
        }

        return killed.Count;
    }

    /// <summary>The time that the processor has spent on all processes with the mark, in ticks of the system.</summary>
    public static long ProcessorTime(string name, string value)
    {
        long total = 0;
        foreach (var id in Find(name, value))
        {
            if (
                PlainFile.TryRead($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat", out var text)
                != FileError.None
            )
            {
                continue;
            }

            // The program's name, in parentheses, may contain anything; what follows are numbers from the third field on.
            var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var field = 11; field < 15 && field < fields.Length; field++)
                total += long.TryParse(fields[field], CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;
        }

        return total;
    }

    private static List<int> Find(string name, string value)
    {
        var found = new List<int>();
        var mark = Encoding.UTF8.GetBytes($"{name}={value}\0");
        foreach (var entry in DirectoryHandle.ListAt("/proc"))
        {
            if (!int.TryParse(entry.Name, CultureInfo.InvariantCulture, out var id))
                continue;
            // An ended process that was not collected yet has an empty environment, and others' cannot be read.
            var error = PlainFile.TryReadBytes($"/proc/{entry.Name}/environ", out var environment);
            if (error == FileError.None && environment.AsSpan().IndexOf(mark) >= 0)
                found.Add(id);
        }

        return found;
    }
}
