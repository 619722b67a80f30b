using System.Globalization;
using System.Text;
using Krait.Platform.Processes;

namespace Krait.Cli.Rendering;

/// <summary>
/// The only door to the console. Results go to standard output, all else to standard error; colour and live display appear
/// only where they can be seen. What passes is made visible first: no text of others controls the terminal.
/// </summary>
internal sealed class Terminal
{
    private const int DefaultColumns = 80;
    private const int DefaultRows = 24;

    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly Lock gate = new();
    private readonly LiveLines live = new();

    /// <summary>A console over two writers.</summary>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where messages go.</param>
    /// <param name="isInteractive">Whether messages reach a terminal that can redraw lines.</param>
    /// <param name="useColor">Whether messages may be coloured.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive, bool useColor)
    {
        this.output = output;
        this.error = error;
        IsInteractive = isInteractive;
        UseColor = useColor;
    }

    /// <summary>Whether messages reach a terminal that can redraw lines.</summary>
    public bool IsInteractive { get; }

    /// <summary>Whether messages may be coloured.</summary>
    public bool UseColor { get; }

    /// <summary>Whether errors and warnings are JSON for programs; nothing else is said then, unless it is asked for.</summary>
    public bool WritesJsonErrors { get; set; }

    /// <summary>The environment that the command works on, once it is known.</summary>
    public string? EnvironmentPath { get; set; }

    /// <summary>Whether results reach a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether results that are for people only may be coloured.</summary>
    public bool UseOutputColor { get; init; }

    /// <summary>The size of the terminal that shows the messages, asked each time: it may change.</summary>
    public Func<TerminalSize> Size { get; init; } = static () => new TerminalSize(DefaultColumns, DefaultRows);

    /// <summary>The columns that help texts are wrapped to.</summary>
    public int OutputColumns { get; init; } = DefaultColumns;

    /// <summary>Whether live lines are drawn.</summary>
    public bool ShowsLive => IsInteractive && !WritesJsonErrors && Verbosity >= Verbosity.Normal;

    /// <summary>Gives the next line that the user types; null at the end of the input.</summary>
    public Func<string?> ReadLine { get; init; } = static () => null;

    /// <summary>How much is said.</summary>
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>Opens the process's own streams.</summary>
    /// <param name="variables">The environment, for the conventions on colour (`NO_COLOR`, `FORCE_COLOR`, `TERM`).</param>
    /// <param name="colorChoice">What the user asked for: `auto`, `always` or `never`.</param>
    public static Terminal Open(IReadOnlyDictionary<string, string> variables, string? colorChoice)
    {
        var isDumb = string.Equals(variables.GetValueOrDefault("TERM"), "dumb", StringComparison.Ordinal);
        var isTerminal = !Console.IsErrorRedirected && !isDumb;
        var isOutputTerminal = !Console.IsOutputRedirected;
        var chosen = colorChoice switch
        {
            "always" => true,
            "never" => false,
            _ when variables.GetValueOrDefault("NO_COLOR") is { Length: > 0 } => false,
            _ when variables.GetValueOrDefault("FORCE_COLOR") is { Length: > 0 } => true,
            _ when variables.GetValueOrDefault("CLICOLOR_FORCE") is { Length: > 0 } => true,
            _ => (bool?)null,
        };
        return new Terminal(
            Writer(new StandardOutput()),
            Writer(Console.OpenStandardError()),
            isTerminal,
            chosen ?? isTerminal
        )
        {
            ReadLine = Console.ReadLine,
            IsOutputTerminal = isOutputTerminal,
            UseOutputColor = chosen ?? (isOutputTerminal && !isDumb),
            Size = () => TerminalSize.OfError() ?? new TerminalSize(ColumnsOf(variables), DefaultRows),
            OutputColumns = TerminalSize.OfOutput()?.Columns ?? ColumnsOf(variables),
        };
    }

    private static int ColumnsOf(IReadOnlyDictionary<string, string> variables) =>
        int.TryParse(
            variables.GetValueOrDefault("COLUMNS"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var columns
        )
        && columns > 0
            ? columns
            : DefaultColumns;

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 4096) { NewLine = "\n" };

    /// <summary>Writes a line of the command's result to standard output.</summary>
    public void WriteResult(string text) => WriteText(text + "\n");

    /// <summary>Writes text of the command's result for people to read.</summary>
    public void WriteText(string text) => output.Write(VisibleText.Of(text));

    /// <summary>Writes text that programs read or a file may take: exact wherever it goes into no terminal, control characters aside.</summary>
    public void WriteExact(string text) =>
        output.Write(IsOutputTerminal ? VisibleText.Of(text) : VisibleText.WithoutControls(text));

    /// <summary>Says what was done, unless the user asked for quiet.</summary>
    public void Say(string text)
    {
        if (WritesJsonErrors)
            Detail(text);
        else if (Verbosity >= Verbosity.Normal)
            WriteMessage(text);
    }

    /// <summary>Says what only a curious user wants to know.</summary>
    public void Detail(string text)
    {
        if (Verbosity >= Verbosity.Verbose)
            WriteMessage(WritesJsonErrors ? DiagnosticJson.OfRemark(text) : text);
    }

    /// <summary>Says what only somebody who looks for a cause wants to know.</summary>
    public void Trace(string text)
    {
        if (Verbosity >= Verbosity.Trace)
            Detail(text);
    }

    /// <summary>Whether there was a warning or an error, shown or not.</summary>
    public bool HasAlerted { get; private set; }

    /// <summary>Writes a warning or an error, unless the user asked for silence.</summary>
    public void Alert(string text)
    {
        HasAlerted = true;
        if (Verbosity >= Verbosity.Quiet)
            WriteMessage(text);
    }

    /// <summary>Asks a question; only `y` and `yes` agree. Null where nobody is there to answer.</summary>
    public bool? Ask(string question)
    {
        lock (gate)
        {
            error.Write(live.Erased(Size()));
            error.Write(VisibleText.Of($"{question} [y/N] "));
            error.Flush();
        }

        if (ReadLine() is { } answer)
            return answer.Trim().ToUpperInvariant() is "Y" or "YES";
        lock (gate)
            error.WriteLine();
        return null;
    }

    /// <summary>Replaces the live lines below the messages; does nothing where they cannot be redrawn.</summary>
    public void ShowLive(params string[] lines)
    {
        if (!ShowsLive)
            return;
        lock (gate)
        {
            error.Write(live.Replaced(lines, Size()));
            error.Flush();
        }
    }

    /// <summary>The text in a colour, where colour may be used.</summary>
    /// <param name="text">What to colour.</param>
    /// <param name="code">The number of the ANSI style: 1 bold, 2 dim, 31 red, 32 green, 33 yellow, 36 cyan.</param>
    public string Paint(string text, int code) => UseColor ? VisibleText.Mark(code) + text + VisibleText.Mark(0) : text;

    /// <summary>The text of a result for people in a colour, where results may be coloured.</summary>
    public string PaintResult(string text, int code) =>
        UseOutputColor ? VisibleText.Mark(code) + text + VisibleText.Mark(0) : text;

    /// <summary>Sends everything on its way.</summary>
    public void Flush()
    {
        output.Flush();
        error.Flush();
    }

    private void WriteMessage(string text)
    {
        lock (gate)
        {
            var size = Size();
            error.Write(live.Erased(size));
            error.Write(VisibleText.Of(text) + "\n");
            error.Write(live.Redrawn(size));
            error.Flush();
        }
    }
}
