namespace Krait.Packaging.Names;

/// <summary>Normalization of any text as a name, valid or not (name-normalization specification).</summary>
public static class NameNormalization
{
    /// <summary>Lower case, with runs of `-`, `_` and `.` folded to one `-`; checks nothing.</summary>
    public static string Normalize(ReadOnlySpan<char> text) => NameSyntax.Fold(text);

    /// <summary>Whether the text is a valid name in normal form.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '-' || text[^1] == '-')
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            var isSeparator = text[i] == '-' && text[i - 1] != '-';
            if (!isSeparator && !char.IsAsciiDigit(text[i]) && !char.IsAsciiLetterLower(text[i]))
                return false;
        }

        return true;
    }
}
