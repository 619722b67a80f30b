namespace Krait.Packaging.Text;

/// <summary>A part of a text, counted in UTF-16 units from 0: what a parser points at when it refuses.</summary>
/// <param name="Text">The whole text that was parsed.</param>
/// <param name="Start">Where the wrong part starts.</param>
/// <param name="Length">How long it is; 0 points between two characters or at the end.</param>
public sealed record SourceSpan(string Text, int Start, int Length);
