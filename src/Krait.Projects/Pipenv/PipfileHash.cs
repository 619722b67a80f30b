using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Toml;

namespace Krait.Projects.Pipenv;

/// <summary>
/// The hash of a Pipfile by which a lock file knows whether it is up to date: SHA-256 of compact JSON with sorted keys, ASCII only, as Python's
/// `json` writes it.
/// </summary>
public static class PipfileHash
{
    /// <summary>The hash that is written, which keeps names as they are spelled.</summary>
    public static string Of(Pipfile pipfile) => Of(pipfile, normalizes: false);

    /// <summary>Whether a recorded hash is that of the file, in the form of either generation of pipenv.</summary>
    public static bool Matches(Pipfile pipfile, string? recorded) =>
        string.Equals(recorded, Of(pipfile, normalizes: false), StringComparison.Ordinal)
        || string.Equals(recorded, Of(pipfile, normalizes: true), StringComparison.Ordinal);

    private static string Of(Pipfile pipfile, bool normalizes)
    {
        var text = new StringBuilder("{\"_meta\":{\"requires\":");
        Append(text, pipfile.Requires ?? new TomlTable(), normalizesKeys: false);
        text.Append(",\"sources\":");
        AppendSources(text, pipfile);
        text.Append('}');
        var parts = pipfile
            .Categories.Select(category => (Key: KeyOf(category), Table: pipfile.Root.GetTable(category)))
            .OrderBy(part => part.Key, StringComparer.Ordinal);
        foreach (var (key, table) in parts)
        {
            text.Append(',');
            AppendText(text, key);
            text.Append(':');
            Append(text, table ?? new TomlTable(), normalizes);
        }

        text.Append('}');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
    }

    private static string KeyOf(string category) =>
        category switch
        {
            Pipfile.Default => "default",
            Pipfile.Development => "develop",
            _ => category,
        };

    private static void AppendSources(StringBuilder text, Pipfile pipfile)
    {
        if (pipfile.Root.GetArray("source") is { Count: > 0 } sources)
            Append(text, sources, normalizesKeys: false);
        else
            text.Append("[{\"name\":\"pypi\",\"url\":\"https://pypi.org/simple\",\"verify_ssl\":true}]");
    }

    private static void Append(StringBuilder text, TomlValue value, bool normalizesKeys)
    {
        switch (value)
        {
            case TomlTable table:
                text.Append('{');
                var entries = table
                    .Entries.Select(entry =>
                        (Key: normalizesKeys ? NameNormalization.Normalize(entry.Key) : entry.Key, entry.Value)
                    )
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal);
                var isFirst = true;
                foreach (var (key, inner) in entries)
                {
                    if (!isFirst)
                        text.Append(',');
                    isFirst = false;
                    AppendText(text, key);
                    text.Append(':');
                    Append(text, inner, normalizesKeys: false);
                }

                text.Append('}');
                break;
            case TomlArray array:
                text.Append('[');
                for (var index = 0; index < array.Count; index++)
                {
                    if (index > 0)
                        text.Append(',');
                    Append(text, array[index], normalizesKeys: false);
                }

                text.Append(']');
                break;
            case TomlBoolean boolean:
                text.Append(boolean.Value ? "true" : "false");
                break;
            case TomlInteger integer:
                text.Append(integer.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case TomlFloat number:
                text.Append(number.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                AppendText(text, value.AsString ?? value.ToString());
                break;
        }
    }

    /// <summary>A string as Python escapes it: `"`, `\`, control characters, and everything beyond ASCII.</summary>
    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case < ' ' or > '~':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }
}
