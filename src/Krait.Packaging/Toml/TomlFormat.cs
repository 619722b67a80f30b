using System.Globalization;
using System.Text;

namespace Krait.Packaging.Toml;

/// <summary>Values and keys as TOML text: basic strings with the short escapes, bare keys where they may be bare.</summary>
public static class TomlFormat
{
    /// <summary>Appends a key, quoted only if it has to be.</summary>
    public static void AppendKey(StringBuilder text, string key)
    {
        var isBare = key.Length > 0;
        foreach (var c in key)
            isBare &= char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
        if (isBare)
            text.Append(key);
        else
            AppendString(text, key);
    }

    /// <summary>Appends a basic string.</summary>
    public static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case < ' ' or '\x7F':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>Appends a value on one line; tables in braces.</summary>
    public static void AppendInline(StringBuilder text, TomlValue value)
    {
        switch (value)
        {
            case TomlString s:
                AppendString(text, s.Value);
                break;
            case TomlInteger i:
                text.Append(CultureInfo.InvariantCulture, $"{i.Value}");
                break;
            case TomlFloat f:
                text.Append(FormatFloat(f.Value));
                break;
            case TomlBoolean b:
                text.Append(b.Value ? "true" : "false");
                break;
            case TomlDateTime d:
                text.Append(d.Text);
                break;
            case TomlArray array:
                AppendArray(text, array);
                break;
            case TomlTable table:
                AppendTable(text, table);
                break;
        }
    }

    /// <summary>A float so that reading it gives the same number; never mistaken for an integer.</summary>
    public static string FormatFloat(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Contains('E', StringComparison.Ordinal))
            return text.Replace("E", "e", StringComparison.Ordinal);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static void AppendArray(StringBuilder text, TomlArray array)
    {
        text.Append('[');
        for (var i = 0; i < array.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            AppendInline(text, array[i]);
        }

        text.Append(']');
    }

    private static void AppendTable(StringBuilder text, TomlTable table)
    {
        if (table.Count == 0)
        {
            text.Append("{}");
            return;
        }

        for (var i = 0; i < table.Count; i++)
        {
            text.Append(i == 0 ? "{ " : ", ");
            AppendKey(text, table.Entries[i].Key);
            text.Append(" = ");
            AppendInline(text, table.Entries[i].Value);
        }

        text.Append(" }");
    }
}
