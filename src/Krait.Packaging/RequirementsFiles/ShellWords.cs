using System.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>Splits text into words as a POSIX shell does, without expanding anything.</summary>
public static class ShellWords
{
    /// <summary>Splits a text; false when a quotation or an escape is not finished.</summary>
    public static bool TrySplit(string text, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        words = found;
        StringBuilder? word = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                Finish(found, ref word);
                continue;
            }

            word ??= new StringBuilder();
            if (c is '\'' or '"')
            {
                if (!TryReadQuoted(text, ref i, word))
                    return false;
            }
            else if (c != '\\')
            {
                word.Append(c);
            }
            else if (++i < text.Length)
            {
                word.Append(text[i]);
            }
            else
            {
                return false;
            }
        }

        Finish(found, ref word);
        return true;
    }

    /// <summary>Reads up to the closing quote; between double quotes a backslash escapes a quote or itself.</summary>
    private static bool TryReadQuoted(string text, ref int index, StringBuilder word)
    {
        var quote = text[index];
        for (index++; index < text.Length; index++)
        {
            var c = text[index];
            if (c == quote)
                return true;
            if (c == '\\' && quote == '"' && index + 1 < text.Length && text[index + 1] is ('"' or '\\'))
                index++;
            word.Append(text[index]);
        }

        return false;
    }

    private static void Finish(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
            words.Add(word.ToString());
        word = null;
    }
}
