using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Krait.Packaging.Names;

namespace Krait.Server.Site;

/// <summary>
/// A page as it is written. Of an interpolated text only what stands in the source is markup: whatever is put into it is text, and is escaped.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder markup = new(16 * 1024);

    /// <summary>Appends markup, and texts in it.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The piece has written to this page as it was made.")]
    [SuppressMessage("Style", "IDE0060", Justification = "As above.")]
    public HtmlText Add([InterpolatedStringHandlerArgument("")] ref Piece piece) => this;

    /// <summary>Appends markup that was made elsewhere.</summary>
    public HtmlText AddMarkup(string text)
    {
        markup.Append(text);
        return this;
    }

    /// <summary>Lets somebody else append markup.</summary>
    public HtmlText AddBy(Action<StringBuilder> append)
    {
        append(markup);
        return this;
    }

    /// <summary>The page as bytes.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(markup.ToString());

    /// <inheritdoc/>
    public override string ToString() => markup.ToString();

    private void AddText(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '<' => markup.Append("&lt;"),
                '>' => markup.Append("&gt;"),
                '&' => markup.Append("&amp;"),
                '"' => markup.Append("&quot;"),
                '\'' => markup.Append("&#39;"),
                '\n' or '\t' => markup.Append(c),
                _ when IsMisleading(c) => markup.Append('\uFFFD'),
                _ => markup.Append(c),
            };
        }
    }

    /// <summary>Whether a character is none to read: a control, or one that turns the direction of what follows it.</summary>
    private static bool IsMisleading(char c) =>
        char.IsControl(c)
        || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>An interpolated text on its way to a page.</summary>
    [InterpolatedStringHandler]
    [SuppressMessage("Performance", "CA1815", Justification = "Nobody compares it.")]
    internal readonly ref struct Piece
    {
        private readonly HtmlText page;

        /// <summary>Begins a piece.</summary>
        [SuppressMessage("Style", "IDE0060", Justification = "The compiler passes them.")]
        public Piece(int literalLength, int formattedCount, HtmlText page) => this.page = page;

        /// <summary>Appends what stands in the source.</summary>
        public void AppendLiteral(string value) => page.markup.Append(value);

        /// <summary>Appends a text.</summary>
        public void AppendFormatted(string? value) => page.AddText(value);

        /// <summary>Appends a number, with its thousands apart.</summary>
        public void AppendFormatted(long value) => page.markup.Append(CultureInfo.InvariantCulture, $"{value:N0}");

        /// <summary>Appends the name of a project.</summary>
        public void AppendFormatted(PackageName value) => page.AddText(value.Value);

        /// <summary>Appends a version.</summary>
        public void AppendFormatted(Version value) => page.AddText(value.ToString());
    }
}
