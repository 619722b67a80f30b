using System.Text;

namespace Krait.Packaging.Toml;

/// <summary>Writes a document from top to bottom, the same text for the same calls: what lock files are written with.</summary>
public sealed class TomlWriter
{
    private readonly StringBuilder text = new();

    /// <summary>Writes a comment line; an empty one is a bare `#`.</summary>
    public TomlWriter Comment(string comment)
    {
        text.Append(comment.Length == 0 ? "#" : "# ").Append(comment).Append('\n');
        return this;
    }

    /// <summary>Writes an empty line.</summary>
    public TomlWriter BlankLine()
    {
        text.Append('\n');
        return this;
    }

    /// <summary>Writes `[path]`, after an empty line where something stands above.</summary>
    public TomlWriter Table(params ReadOnlySpan<string> path) => Header("[", path, "]\n");

    /// <summary>Writes `[[path]]`, after an empty line where something stands above.</summary>
    public TomlWriter ArrayTable(params ReadOnlySpan<string> path) => Header("[[", path, "]]\n");

    /// <summary>Writes a key with its value on one line.</summary>
    public TomlWriter Key(string key, TomlValue value)
    {
        TomlFormat.AppendKey(text, key);
        text.Append(" = ");
        TomlFormat.AppendInline(text, value);
        text.Append('\n');
        return this;
    }

    /// <summary>Writes a key with an array of one element per line; an empty array stays on its line.</summary>
    public TomlWriter Lines(string key, IEnumerable<TomlValue> items)
    {
        TomlFormat.AppendKey(text, key);
        text.Append(" = [");
        var isEmpty = true;
        foreach (var item in items)
        {
            text.Append(isEmpty ? "\n    " : "    ");
            TomlFormat.AppendInline(text, item);
            text.Append(",\n");
            isEmpty = false;
        }

        text.Append("]\n");
        return this;
    }

    /// <summary>The document so far.</summary>
    public override string ToString() => text.ToString();

    private TomlWriter Header(string open, ReadOnlySpan<string> path, string close)
    {
        if (text.Length > 0 && (text.Length < 2 || text[^2] != '\n'))
            text.Append('\n');
        text.Append(open);
        for (var i = 0; i < path.Length; i++)
        {
            text.Append(i == 0 ? "" : ".");
            TomlFormat.AppendKey(text, path[i]);
        }

        text.Append(close);
        return this;
    }
}
