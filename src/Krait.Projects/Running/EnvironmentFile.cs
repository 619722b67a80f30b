using System.Text;
using Krait.Packaging.Text;

namespace Krait.Projects.Running;

/// <summary>
/// A file of environment variables (`.env`): `NAME=value` lines, with `export`, quotes, comments, and references to other variables as
/// `$NAME`, `${NAME}` or `${NAME:-default}`.
/// </summary>
public static class EnvironmentFile
{
    /// <summary>Reads a file; a variable that is set already keeps its value.</summary>
    /// <param name="text">The file.</param>
    /// <param name="source">What messages call it.</param>
    /// <param name="variables">The environment; gets what the file adds.</param>
    /// <param name="taken">The names that keep their values.</param>
    /// <exception cref="KraitException">A line cannot be read (unusable input).</exception>
    public static void Apply(
        string text,
        string source,
        IDictionary<string, string> variables,
        IReadOnlyDictionary<string, string> taken
    )
    {
        var reader = new Reader(text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal), variables);
        while (reader.TryReadNext(out var name, out var value, out var badLine))
        {
            if (badLine > 0)
            {
                throw new KraitException(
                    new Diagnostic("invalid-env-file", "the line is not of the form `NAME=value`").In(source, badLine)
                )
                {
                    Kind = FailureKind.UnusableInput,
                };
            }

            if (!taken.ContainsKey(name))
                variables[name] = value;
        }
    }

    private sealed class Reader(string text, IDictionary<string, string> variables)
    {
        private int position;
        private int line = 1;

        /// <summary>Reads the next assignment; false at the end. A malformed line is reported by its number.</summary>
        public bool TryReadNext(out string name, out string value, out int badLine)
        {
            (name, value, badLine) = ("", "", 0);
            SkipBlank();
            if (position >= text.Length)
                return false;
            name = ReadName();
            if (string.Equals(name, "export", StringComparison.Ordinal) && Peek is ' ' or '\t')
            {
                SkipSpace();
                name = ReadName();
            }

            SkipSpace();
            if (name.Length == 0 || Peek != '=')
            {
                badLine = line;
                SkipLine();
                return true;
            }

            position++;
            SkipSpace();
            // Quotes that are never closed are reported where they begin.
            var begun = line;
            badLine = ReadValue(out value) ? 0 : begun;
            return true;
        }

        private char Peek => position < text.Length ? text[position] : '\0';

        private string ReadName()
        {
            var start = position;
            while (char.IsAsciiLetterOrDigit(Peek) || Peek is '_' or '.')
                position++;
            return text[start..position];
        }

        private bool ReadValue(out string value)
        {
            var built = new StringBuilder();
            value = "";
            // Quoted and bare parts may follow each other, as in a shell.
            while (position < text.Length && Peek is not '\n')
            {
                if (Peek is '\'' or '"')
                {
                    if (!ReadQuoted(built))
                        return false;
                }
                else if (Peek is '#' && (built.Length == 0 || text[position - 1] is ' ' or '\t'))
                {
                    break;
                }
                else if (Peek is ' ' or '\t')
                {
                    var start = position;
                    SkipSpace();
                    if (Peek is not ('\n' or '#' or '\0'))
                        built.Append(text.AsSpan(start, position - start));
                }
                else
                {
                    ReadBare(built);
                }
            }

            SkipLine();
            value = built.ToString();
            return true;
        }

        private bool ReadQuoted(StringBuilder built)
        {
            var quote = text[position++];
            while (position < text.Length && Peek != quote)
            {
                if (quote == '"' && Peek == '\\' && position + 1 < text.Length)
                {
                    ReadEscape(built);
                }
                else if (quote == '"' && Peek == '$')
                {
                    ReadReference(built);
                }
                else
                {
                    line += Peek == '\n' ? 1 : 0;
                    built.Append(text[position++]);
                }
            }

            if (position >= text.Length)
                return false;
            position++;
            return true;
        }

        private void ReadBare(StringBuilder built)
        {
            if (Peek == '$')
            {
                ReadReference(built);
            }
            else if (Peek == '\\' && position + 1 < text.Length && text[position + 1] != '\n')
            {
                built.Append(text[position + 1]);
                position += 2;
            }
            else
            {
                built.Append(text[position++]);
            }
        }

        private void ReadEscape(StringBuilder built)
        {
            var letter = text[position + 1];
            position += 2;
            built.Append(
                letter switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    _ => letter,
                }
            );
        }

        private void ReadReference(StringBuilder built)
        {
            position++;
            var isBraced = Peek == '{';
            if (isBraced)
                position++;
            var name = ReadName();
            var value = variables.TryGetValue(name, out var found) ? found : "";
            if (isBraced)
            {
                var end = text.IndexOf('}', position);
                end = end < 0 ? text.Length : end;
                var rest = text[position..end];
                if (rest.StartsWith(":-", StringComparison.Ordinal) && value.Length == 0)
                    value = rest[2..];
                position = Math.Min(end + 1, text.Length);
            }
            else if (name.Length == 0)
            {
                value = "$";
            }

            built.Append(value);
        }

        private void SkipBlank()
        {
            while (position < text.Length)
            {
                SkipSpace();
                if (Peek is not ('#' or '\n'))
                    return;
                SkipLine();
            }
        }

        private void SkipSpace()
        {
            while (Peek is ' ' or '\t')
                position++;
        }

        private void SkipLine()
        {
            while (position < text.Length && text[position] != '\n')
                position++;
            if (position < text.Length)
                position++;
            line++;
        }
    }
}
