using System.Text;
using Krait.Platform.Processes;

namespace Krait.Cli.Rendering;

/// <summary>
/// The only door to the console. Results go to standard output, all else to standard error; colour and live display appear
/// only where they can be seen.
/// </summary>
internal sealed class Terminal
{
    private readonly TextWriter output;
    private readonly TextWriter error;
    private readonly Lock gate = new();
    private string[] live = [];

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

    /// <summary>Gives the next line that the user types; null at the end of the input.</summary>
    public Func<string?> ReadLine { get; init; } = static () => null;

    /// <summary>How much is said.</summary>
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>Opens the process's own streams.</summary>
    /// <param name="variables">The environment, for the conventions on colour (`NO_COLOR`, `FORCE_COLOR`, `TERM`).</param>
    /// <param name="colorChoice">What the user asked for: `auto`, `always` or `never`.</param>
    public static Terminal Open(IReadOnlyDictionary<string, string> variables, string? colorChoice)
    {
        var isTerminal =
            !Console.IsErrorRedirected
            && !string.Equals(variables.GetValueOrDefault("TERM"), "dumb", StringComparison.Ordinal);
        var useColor = colorChoice switch
        {
            "always" => true,
            "never" => false,
            _ when variables.GetValueOrDefault("NO_COLOR") is { Length: > 0 } => false,
            _ when variables.GetValueOrDefault("FORCE_COLOR") is { Length: > 0 } => true,
            _ when variables.GetValueOrDefault("CLICOLOR_FORCE") is { Length: > 0 } => true,
            _ => isTerminal,
        };
        return new Terminal(Writer(new StandardOutput()), Writer(Console.OpenStandardError()), isTerminal, useColor)
        {
            ReadLine = Console.ReadLine,
        };
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 4096) { NewLine = "\n" };

    /// <summary>Writes a line of the command's result to standard output.</summary>
    public void WriteResult(string text) => output.Write(text + "\n");

    /// <summary>Writes text of the command's result as it is.</summary>
    public void WriteRaw(string text) => output.Write(text);

    /// <summary>Says what was done, unless the user asked for quiet.</summary>
    public void Say(string text)
    {
        if (Verbosity >= Verbosity.Normal)
            WriteMessage(text);
    }

    /// <summary>Says what only a curious user wants to know.</summary>
    public void Detail(string text)
    {
        if (Verbosity >= Verbosity.Verbose)
            WriteMessage(text);
    }

    /// <summary>Writes a warning or an error, unless the user asked for silence.</summary>
    public void Alert(string text)
    {
        if (Verbosity >= Verbosity.Quiet)
            WriteMessage(text);
    }

    /// <summary>Asks a question; only `y` and `yes` agree, and the end of the input does not.</summary>
    public bool Ask(string question)
    {
        lock (gate)
        {
            EraseLive();
            error.Write($"{question} [y/N] ");
            error.Flush();
        }

        return ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>Replaces the live lines below the messages; does nothing where they cannot be redrawn.</summary>
    public void ShowLive(params string[] lines)
    {
        if (!IsInteractive || Verbosity < Verbosity.Normal)
            return;
        lock (gate)
        {
            EraseLive();
            live = lines;
            foreach (var line in lines)
                error.Write(line + "\n");
            error.Flush();
        }
    }

    /// <summary>The text in a colour, where colour may be used.</summary>
    /// <param name="text">What to colour.</param>
    /// <param name="code">The number of the ANSI style: 1 bold, 2 dim, 31 red, 32 green, 33 yellow, 36 cyan.</param>
    public string Paint(string text, int code) => UseColor ? $"\u001b[{code}m{text}\u001b[0m" : text;

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
            EraseLive();
            error.Write(text + "\n");
            foreach (var line in live)
                error.Write(line + "\n");
            error.Flush();
        }
    }

    /// <summary>Moves the cursor back over the live lines and clears them.</summary>
    private void EraseLive()
    {
        for (var i = 0; i < live.Length; i++)
            error.Write("\u001b[1A\u001b[2K");
    }
}
