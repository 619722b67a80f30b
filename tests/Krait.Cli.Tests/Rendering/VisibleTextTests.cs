using Krait.Cli.Rendering;

namespace Krait.Cli.Tests.Rendering;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("flask 3.0", "flask 3.0")]
    [InlineData("zwölf 包 🐍 → ━", "zwölf 包 🐍 → ━")]
    [InlineData("a\n\tb", "a\n\tb")]
    [InlineData("\u001b]0;title\u0007", "\\x1b]0;title\\x07")]
    [InlineData("\u001b[31mred", "\\x1b[31mred")]
    [InlineData("\u009b2J\u0085", "\\x9b2J\\x85")]
    [InlineData("a\rb\0\u007f\b", "a\\rb\\x00\\x7f\\x08")]
    [InlineData("\u202egnp.exe\u2066\u200f", "\\u202egnp.exe\\u2066\\u200f")]
    [InlineData("fl\u200bask\ufeff\u2060\u00ad", "fl\\u200bask\\ufeff\\u2060\\xad")]
    [InlineData("\u2028\u2029", "\\u2028\\u2029")]
    public void Shows_what_cannot_be_seen(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    [Fact]
    public void Shows_characters_beyond_the_first_plane_and_halves_of_them()
    {
        Assert.Equal("\\U000e0041", VisibleText.Of("\U000E0041"));
        Assert.Equal("a\\ud83db", VisibleText.Of("a\ud83db"));
    }

    [Fact]
    public void Turns_only_its_own_marks_into_styles()
    {
        Assert.Equal("\u001b[31mred\u001b[0m", VisibleText.Of(VisibleText.Mark(31) + "red" + VisibleText.Mark(0)));
        Assert.Equal("\\ufdd00123456789abcdef?", VisibleText.Of("\uFDD00123456789abcdef?"));
    }

    [Theory]
    [InlineData("a\r\nb", "a\r\nb")]
    [InlineData("a\rb", "a\\rb")]
    [InlineData("dir/\u200d/ü", "dir/\u200d/ü")]
    [InlineData("1.0\u001b[0m", "1.0\\x1b[0m")]
    public void Leaves_exact_text_exact_but_for_control_characters(string text, string expected) =>
        Assert.Equal(expected, VisibleText.WithoutControls(text));

    [Theory]
    [InlineData("flask", 5, "flask")]
    [InlineData("flask", 4, "fla…")]
    [InlineData("包包包", 6, "包包包")]
    [InlineData("包包包", 5, "包包…")]
    [InlineData("flask", 1, "…")]
    [InlineData("flask", 0, "")]
    public void Cuts_a_line_to_the_columns_there_are(string line, int columns, string expected) =>
        Assert.Equal(expected, VisibleText.Fit(line, columns));

    [Fact]
    public void Messages_results_and_live_lines_pass_the_same_escape()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, isInteractive: true, useColor: true) { IsOutputTerminal = true };
        terminal.WriteResult("\u001b");
        terminal.WriteText("\u001b");
        terminal.WriteExact("\u202e\u001b");
        terminal.Say("\u001b");
        terminal.Alert("\u001b");
        DiagnosticRenderer.WriteError(
            terminal,
            new Krait.Packaging.Text.Diagnostic("a", "\u0007") { Notes = ["\u0007"] }
        );
        terminal.Ask("\u001b");
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.DoesNotContain('\u0007', error.ToString());
        Assert.DoesNotContain("\u001b\n", error.ToString(), StringComparison.Ordinal);
        terminal.ShowLive("\u0007\u001b\u202e");
        Assert.EndsWith("\\x07\\x1b\\u202e\n", error.ToString(), StringComparison.Ordinal);
    }
}
