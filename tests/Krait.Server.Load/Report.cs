using System.Globalization;

namespace Krait.Server.Load;

/// <summary>Results as a table that can be put into a page, under the shape and the load of the machine.</summary>
internal sealed class Report(params string[] columns)
{
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row, and shows it at once.</summary>
    public void Add(params string[] cells)
    {
        if (rows.Count == 0)
        {
            var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, load {load}\n"
                )
            );
            Write(columns);
            Write([.. columns.Select(_ => "---")]);
        }

        rows.Add(cells);
        Write(cells);
    }

    private static void Write(string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
