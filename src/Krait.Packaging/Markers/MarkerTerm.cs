namespace Krait.Packaging.Markers;

/// <summary>One condition of a printed marker: a variable, an operator and a text, or with its sides exchanged.</summary>
/// <param name="Key">The variable.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Text">The text, `.*` included.</param>
/// <param name="IsReversed">Whether the text stands on the left.</param>
internal readonly record struct MarkerTerm(MarkerKey Key, MarkerOperator Operator, string Text, bool IsReversed = false)
{
    /// <summary>`sys_platform == 'win32'`.</summary>
    public override string ToString()
    {
        var quote = Text.Contains('\'', StringComparison.Ordinal) ? '"' : '\'';
        return IsReversed
            ? $"{quote}{Text}{quote} {Operator.ToSymbol()} {Key.ToName()}"
            : $"{Key.ToName()} {Operator.ToSymbol()} {quote}{Text}{quote}";
    }
}
