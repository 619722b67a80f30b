using System.Globalization;
using System.Text;
using Krait.Platform.Processes;

namespace Krait.Cli.Rendering;

/// <summary>
/// The lines below the messages that are drawn again and again. Each is cut to one row of the terminal; where the terminal became
/// narrower since, the rows that its lines were wrapped to are counted, so that none is left behind.
/// </summary>
internal sealed class LiveLines
{
    private string[] wanted = [];
    private string[] drawn = [];

    /// <summary>What takes the drawn lines away and leaves the cursor where they began.</summary>
    public string Erased(TerminalSize size)
    {
        if (drawn.Length == 0)
            return "";
        var rows = drawn.Sum(line => Math.Max(1, (VisibleText.Columns(line) + size.Columns - 1) / size.Columns));
        drawn = [];
        return string.Create(CultureInfo.InvariantCulture, $"\r\u001b[{rows}A\u001b[J");
    }

    /// <summary>What replaces the drawn lines by others.</summary>
    public string Replaced(string[] lines, TerminalSize size)
    {
        wanted = lines;
        return Erased(size) + Redrawn(size);
    }

    /// <summary>What draws the lines, as many and as much of each as fits.</summary>
    public string Redrawn(TerminalSize size)
    {
        // The last column stays free: some terminals wrap as soon as it is written.
        drawn =
        [
            .. wanted
                .Take(Math.Max(0, size.Rows - 1))
                .Select(line => VisibleText.Fit(VisibleText.Escaped(line), size.Columns - 1)),
        ];
        var text = new StringBuilder();
        foreach (var line in drawn)
            text.Append(VisibleText.Of(line)).Append('\n');
        return text.ToString();
    }
}
