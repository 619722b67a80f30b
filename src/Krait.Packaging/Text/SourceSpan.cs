namespace Krait.Packaging.Text;

/// <summary>A part of a text, counted in UTF-16 units from 0: what a parser points at when it refuses.</summary>
/// <param name="Text">The whole text that was parsed.</param>
/// <param name="Start">Where the wrong part starts.</param>
/// <param name="Length">How long it is; 0 points between two characters or at the end.</param>
public sealed record SourceSpan(string Text, int Start, int Length)
{
    /// <summary>The text without the credentials of its URLs; what follows them, and with it the wrong part, moves along.</summary>
    public SourceSpan Redacted()
    {
        var shown = UrlRedaction.Apply(Text);
        if (ReferenceEquals(shown, Text))
            return this;
        var common = 0;
        while (common < Math.Min(shown.Length, Text.Length) && shown[^(common + 1)] == Text[^(common + 1)])
            common++;
        var isBehind = Start >= Text.Length - common;
        return isBehind
            ? new SourceSpan(shown, Start + shown.Length - Text.Length, Length)
            : new SourceSpan(
                shown,
                Math.Min(Start, shown.Length),
                Math.Min(Length, shown.Length - Math.Min(Start, shown.Length))
            );
    }
}
