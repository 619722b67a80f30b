using System.Text;

namespace Krait.Packaging.Toml;

/// <summary>Writes strings in the quotes that their author would use: those of the neighbours, and the ones that need no escapes.</summary>
internal static class TomlQuotes
{
    /// <summary>A value in the place of another one.</summary>
    public static string LikeThe(string text, TomlValue existing, TomlValue value) =>
        Write(value, existing is TomlString && existing.Start >= 0 && text[existing.Start] == '\'');

    /// <summary>A value among the elements of an array.</summary>
    public static string LikeTheElements(string text, TomlArray array, TomlValue value)
    {
        var strings = array.Items.Where(item => item is TomlString && item.Start >= 0).ToList();
        return Write(value, strings.Count > 0 && strings.TrueForAll(item => text[item.Start] == '\''));
    }

    private static string Write(TomlValue value, bool isLiteral)
    {
        if (value is not TomlString { Value: var text } || !CanBeLiteral(text))
            return value.ToString();
        if (isLiteral || text.AsSpan().ContainsAny('"', '\\'))
            return new StringBuilder(text.Length + 2).Append('\'').Append(text).Append('\'').ToString();
        return value.ToString();
    }

    private static bool CanBeLiteral(string text)
    {
        foreach (var c in text)
        {
            if (c == '\'' || (char.IsControl(c) && c != '\t'))
                return false;
        }

        return true;
    }
}
