using System.Globalization;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Cli.Rendering;

/// <summary>Writes a diagnostic for a terminal: one line of cause, where it is, the chain behind it, notes, hints.</summary>
internal static class DiagnosticRenderer
{
    private const int Red = 31;
    private const int Yellow = 33;
    private const int Cyan = 36;

    /// <summary>Writes an error.</summary>
    public static void WriteError(Terminal terminal, Diagnostic diagnostic) =>
        Write(terminal, diagnostic, "error", Red);

    /// <summary>Writes a warning.</summary>
    public static void WriteWarning(Terminal terminal, Diagnostic diagnostic) =>
        Write(terminal, diagnostic, "warning", Yellow);

    /// <summary>Writes that the user ended the run.</summary>
    public static void WriteInterrupted(Terminal terminal)
    {
        var diagnostic = new Diagnostic("interrupted", "interrupted");
        terminal.Alert(
            terminal.WritesJsonErrors
                ? DiagnosticJson.Of(diagnostic, "error", terminal.EnvironmentPath)
                : diagnostic.Message
        );
    }

    private static void Write(Terminal terminal, Diagnostic diagnostic, string level, int color) =>
        terminal.Alert(
            terminal.WritesJsonErrors
                ? DiagnosticJson.Of(diagnostic, level, terminal.EnvironmentPath)
                : Format(terminal, diagnostic, level, color)
        );

    private static string Format(Terminal terminal, Diagnostic diagnostic, string label, int color)
    {
        var text = new StringBuilder();
        text.Append(terminal.Paint(label, color))
            .Append(": ")
            .Append(Place(diagnostic))
            .Append(ControlNames.MessageOf(diagnostic));
        AppendSpan(text, terminal, diagnostic.Span);
        for (var cause = diagnostic.Cause; cause is not null; cause = cause.Cause)
        {
            var because = terminal.Paint("because", 2);
            text.Append(CultureInfo.InvariantCulture, $"\n  {because}: {Place(cause)}{ControlNames.MessageOf(cause)}");
        }

        foreach (var note in diagnostic.Notes)
            text.Append("\n  ").Append(note);
        foreach (var hint in diagnostic.Hints)
            text.Append('\n').Append(terminal.Paint("hint", Cyan)).Append(": ").Append(ControlNames.Of(hint));
        return text.ToString();
    }

    private static string Place(Diagnostic diagnostic) =>
        diagnostic switch
        {
            { Source: null } => "",
            // A message that names its file or address needs no second mention.
            { Line: 0, Source: var source } when diagnostic.Message.Contains($"`{source}`", StringComparison.Ordinal) =>
                "",
            { Line: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{diagnostic.Source}:{diagnostic.Line}: "),
            _ => $"{diagnostic.Source}: ",
        };

    /// <summary>The text that was read with a caret line under its wrong part; control characters are not sent to the terminal.</summary>
    private static void AppendSpan(StringBuilder text, Terminal terminal, SourceSpan? span)
    {
        if (span is null || span.Text.Length is 0 or > 200 || span.Text.Any(char.IsControl))
            return;
        var start = Math.Clamp(span.Start, 0, span.Text.Length);
        var length = Math.Clamp(span.Length, 1, span.Text.Length - start + 1);
        text.Append("\n  ").Append(span.Text);
        text.Append("\n  ").Append(' ', start).Append(terminal.Paint(new string('^', length), Cyan));
    }
}
