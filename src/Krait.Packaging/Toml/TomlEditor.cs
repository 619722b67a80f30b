using System.Text;

namespace Krait.Packaging.Toml;

/// <summary>
/// Changes a document and keeps everything that was not changed as its author wrote it: comments, order, spacing, quotes and line
/// ends. Each change is one replacement in the text, after which the document is read again.
/// </summary>
/// <param name="document">The document to start from.</param>
public sealed class TomlEditor(TomlDocument document)
{
    private readonly List<TomlEdit> edits = [];

    /// <summary>The document as it is now.</summary>
    public TomlDocument Document { get; private set; } = document;

    /// <summary>The text as it is now.</summary>
    public string Text => Document.Text;

    private string NewLine => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>
    /// Gives a key a value: replaces the one it has, or adds the key where its table is written; a missing table gets a header of its
    /// own. Answers false, and changes nothing, where the path leads through a value that is not a table or names a table that has a
    /// header.
    /// </summary>
    public bool TrySet(ReadOnlySpan<string> path, TomlValue value)
    {
        if (path.IsEmpty)
            return false;
        var table = Document.Root;
        var section = new TomlSection(table, []);
        for (var i = 0; i < path.Length - 1; i++)
        {
            if (table.Origin is TomlTableOrigin.Inline)
                return SetInside(table, path[i..], value);
            if (table[path[i]] is not { } next)
            {
                AddTable(section, table, path[..i], path[..^1], path[^1], value);
                return Commit();
            }

            if (next is not TomlTable inner)
                return false;
            table = inner;
            section = table.Origin is TomlTableOrigin.Dotted ? section.Below(path[i]) : new TomlSection(table, []);
        }

        if (table[path[^1]] is not { } existing)
            AddKey(section, table, path, value);
        else if (existing is TomlTable { Origin: not TomlTableOrigin.Inline } or TomlArray { IsArrayOfTables: true })
            return false;
        else
            Replace(existing.Start, existing.TextLength, TomlQuotes.LikeThe(Text, existing, value));
        return Commit();
    }

    /// <summary>
    /// Adds a table to an array of tables (`[[path]]`): after the last one there is or before the first, else at the end of the document.
    /// </summary>
    public bool TryAddTable(ReadOnlySpan<string> path, TomlTable table, bool isFirst = false)
    {
        var existing = Document.Root.Find(path);
        if (existing is not (null or TomlArray { IsArrayOfTables: true }))
            return false;
        var text = new StringBuilder();
        AppendHeader(text, path, isArray: true);
        foreach (var entry in table.Entries)
            AppendKeyValue(text, [entry.Key], entry.Value);
        if (existing is TomlArray { Count: > 0 } before && isFirst)
            Replace(TomlComments.StartAbove(Text, StartOfLine(before[0].Start)), 0, text + NewLine);
        else
            InsertBlock(existing is TomlArray array ? EndOfSubtree(array) : Text.Length, text.ToString());
        return Commit();
    }

    /// <summary>Sets a key of a table that has one of its own in the document, such as an element of an array of tables.</summary>
    public bool TrySetInTable(TomlTable table, string key, TomlValue value)
    {
        if (table[key] is { Start: >= 0 } existing and not (TomlTable or TomlArray))
            Replace(existing.Start, existing.TextLength, TomlQuotes.LikeThe(Text, existing, value));
        else if (table[key] is null && table.Start >= 0)
            AddKey(new TomlSection(table, []), table, [key], value);
        else
            return false;
        return Commit();
    }

    /// <summary>
    /// Takes away a key with its line, or a table with all its lines and those of its sub-tables. Answers false if the path names
    /// nothing.
    /// </summary>
    public bool TryRemove(params ReadOnlySpan<string> path)
    {
        var table = Document.Root;
        for (var i = 0; i < path.Length; i++)
        {
            if (table.Origin is TomlTableOrigin.Inline)
                return Document.Root.Find(path) is not null && SetInside(table, path[i..], null);
            if (FindEntry(table, path[i]) is not { } entry)
                return false;
            if (i == path.Length - 1)
            {
                RemoveLines(entry);
                return Commit();
            }

            if (entry.Value is not TomlTable inner)
                return false;
            table = inner;
        }

        return false;
    }

    /// <summary>
    /// Adds an element to an array, in the style the array is written in. An array that is sorted by the order given stays so;
    /// otherwise the element comes last.
    /// </summary>
    public bool TryAddToArray(ReadOnlySpan<string> path, TomlValue value, IComparer<string>? order = null)
    {
        if (Document.Root.Find(path) is not TomlArray { IsArrayOfTables: false } array)
            return false;
        var index = order is not null && value is TomlString text ? SortedPlace(array, text.Value, order) : array.Count;
        TomlArrayStyle.Insert(Text, array, index, TomlQuotes.LikeTheElements(Text, array, value), NewLine, edits);
        return Commit();
    }

    /// <summary>Replaces an element of an array.</summary>
    public bool TryReplaceInArray(ReadOnlySpan<string> path, int index, TomlValue value)
    {
        if (Document.Root.Find(path) is not TomlArray { IsArrayOfTables: false } array || index >= array.Count)
            return false;
        Replace(array[index].Start, array[index].TextLength, TomlQuotes.LikeThe(Text, array[index], value));
        return Commit();
    }

    /// <summary>
    /// Takes an element out of an array, with the comment on its line and those right above it that describe it; a table out of an array
    /// of tables.
    /// </summary>
    /// <param name="path">The array.</param>
    /// <param name="index">The element.</param>
    /// <param name="isAbout">Whether a comment on a line of its own is about the element; without it, such comments stay.</param>
    public bool TryRemoveFromArray(ReadOnlySpan<string> path, int index, Func<string, bool>? isAbout = null)
    {
        if (Document.Root.Find(path) is not TomlArray array || (uint)index >= (uint)array.Count)
            return false;
        if (array.IsArrayOfTables)
            RemoveSections(array[index]);
        else
            TomlArrayStyle.Remove(Text, array, index, isAbout, edits);
        return Commit();
    }

    /// <summary>The place of a value in a sorted array; the end of one that is not sorted.</summary>
    private static int SortedPlace(TomlArray array, string value, IComparer<string> order)
    {
        var place = array.Count;
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is not TomlString item || (i > 0 && order.Compare(array[i - 1].AsString!, item.Value) > 0)) // checked before
                return array.Count;
            if (place == array.Count && order.Compare(item.Value, value) > 0)
                place = i;
        }

        return place;
    }

    private static TomlEntry? FindEntry(TomlTable table, string key)
    {
        foreach (var entry in table.Entries)
        {
            if (string.Equals(entry.Key, key, StringComparison.Ordinal))
                return entry;
        }

        return null;
    }

    private void AddKey(TomlSection section, TomlTable table, ReadOnlySpan<string> path, TomlValue value)
    {
        if (table.Origin is TomlTableOrigin.Inline)
        {
            AddToInlineTable(table, path[^1], value);
            return;
        }

        if (table.Origin is TomlTableOrigin.Implicit)
        {
            AddTable(section, table, path[..^1], path[..^1], path[^1], value);
            return;
        }

        var line = new StringBuilder();
        AppendKeyValue(line, [.. section.Keys, path[^1]], value);
        var end = EndOfOwnLines(section.Table);
        if (end > 0)
        {
            InsertLines(end, line.ToString());
        }
        else
        {
            // The root has no key yet: the first stands at the top, but below the text of a file that has no table either.
            var start = section.Table.Count == 0 ? Text.Length : 0;
            InsertLines(start, line + (start == 0 && Text.Length > 0 ? NewLine : ""));
        }
    }

    private void AddToInlineTable(TomlTable table, string key, TomlValue value)
    {
        var text = new StringBuilder();
        TomlFormat.AppendKey(text, key);
        text.Append(" = ").Append(value);
        if (table.Count == 0)
        {
            Replace(table.Start, table.TextLength, $"{{ {text} }}");
        }
        else
        {
            var close = table.Start + table.TextLength - 1;
            Replace(close - (Text[close - 1] is ' ' ? 1 : 0), 0, $", {text}");
        }
    }

    /// <summary>Writes a new header with its first key: below the tables it belongs to, or at the end of the document.</summary>
    private void AddTable(
        TomlSection section,
        TomlTable nearest,
        ReadOnlySpan<string> nearestPath,
        ReadOnlySpan<string> tablePath,
        string key,
        TomlValue value
    )
    {
        if (nearest.Origin is TomlTableOrigin.Dotted)
        {
            // A table of dotted keys is continued with dotted keys, one line further down.
            AddKey(
                new TomlSection(section.Table, [.. section.Keys, .. tablePath[nearestPath.Length..]]),
                nearest,
                [key],
                value
            );
            return;
        }

        var text = new StringBuilder();
        AppendHeader(text, tablePath, isArray: false);
        AppendKeyValue(text, [key], value);
        // A table that only passes through gets its header before the first of its sub-tables.
        if (nearest.Origin is TomlTableOrigin.Implicit && tablePath.Length == nearestPath.Length)
            Replace(StartOfLine(FirstHeader(nearest)), 0, text + NewLine);
        else
            InsertBlock(ReferenceEquals(nearest, Document.Root) ? Text.Length : EndOfSubtree(nearest), text.ToString());
    }

    /// <summary>Sets or removes a key below a table in braces, which is rewritten: it stands on one line and has no comments.</summary>
    private bool SetInside(TomlTable table, ReadOnlySpan<string> path, TomlValue? value)
    {
        if (Changed(table, path, value) is not { } changed)
            return false;
        Replace(table.Start, table.TextLength, changed.ToString());
        return Commit();
    }

    private static TomlTable? Changed(TomlTable table, ReadOnlySpan<string> path, TomlValue? value)
    {
        var changed = new TomlTable();
        foreach (var entry in table.Entries)
        {
            if (!string.Equals(entry.Key, path[0], StringComparison.Ordinal))
            {
                changed.Add(entry.Key, entry.Value);
                continue;
            }

            var inner =
                path.Length == 1 ? value : (entry.Value is TomlTable deeper ? Changed(deeper, path[1..], value) : null);
            if (inner is null && path.Length > 1)
                return null;
            if (inner is not null)
                changed.Add(entry.Key, inner);
        }

        if (value is not null && !table.ContainsKey(path[0]))
            changed.Add(path[0], path.Length == 1 ? value : Changed(new TomlTable(), path[1..], value)!); // an empty table takes any path
        return changed;
    }

    private void RemoveLines(TomlEntry entry)
    {
        if (entry.Value is TomlTable { Origin: not TomlTableOrigin.Inline } table)
        {
            if (table.Origin is TomlTableOrigin.Dotted)
            {
                foreach (var span in TomlSection.LinesOf(table))
                    RemoveRange(StartOfLine(span.Start), AfterLine(span.End));
            }

            RemoveSections(table);
        }
        else if (entry.Value is TomlArray { IsArrayOfTables: true })
        {
            RemoveSections(entry.Value);
        }
        else
        {
            RemoveRange(StartOfLine(entry.KeyStart), AfterLine(entry.Value.Start + entry.Value.TextLength));
        }
    }

    private void RemoveSections(TomlValue value)
    {
        foreach (var table in TomlSection.SectionsOf(value))
        {
            var start = TomlComments.StartAbove(Text, StartOfLine(table.Start));
            // What stands at the very top is about the file.
            if (start == 0)
                start = StartOfLine(table.Start);
            var end = AfterLine(EndOfOwnLines(table));
            while (end < Text.Length && AfterLine(end) is var next && Text.AsSpan(end, next - end).Trim().IsEmpty)
                end = next;
            if (end == Text.Length)
                start = TomlComments.WithoutBlankLinesAbove(Text, start);
            RemoveRange(start, end);
        }
    }

    private static int FirstHeader(TomlTable table) => TomlSection.SectionsOf(table).Min(t => t.Start);

    private int EndOfSubtree(TomlValue value)
    {
        var end = 0;
        foreach (var table in TomlSection.SectionsOf(value))
            end = Math.Max(end, EndOfOwnLines(table));
        return EndOfLine(end);
    }

    /// <summary>The end of the last key of a table's own section, or of its header; 0 for a root without keys.</summary>
    private int EndOfOwnLines(TomlTable table)
    {
        var end = ReferenceEquals(table, Document.Root) ? 0 : table.Start + table.TextLength;
        foreach (var span in TomlSection.LinesOf(table))
            end = Math.Max(end, span.End);
        return end;
    }

    private void AppendHeader(StringBuilder text, ReadOnlySpan<string> path, bool isArray)
    {
        text.Append(isArray ? "[[" : "[");
        AppendPath(text, path);
        text.Append(isArray ? "]]" : "]").Append(NewLine);
    }

    private void AppendKeyValue(StringBuilder text, ReadOnlySpan<string> keys, TomlValue value)
    {
        AppendPath(text, keys);
        text.Append(" = ").Append(value).Append(NewLine);
    }

    private static void AppendPath(StringBuilder text, ReadOnlySpan<string> path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            text.Append(i == 0 ? "" : ".");
            TomlFormat.AppendKey(text, path[i]);
        }
    }

    /// <summary>Inserts whole lines at the end of a line or at the start of the text.</summary>
    private void InsertLines(int at, string lines)
    {
        if (at == 0)
            Replace(0, 0, lines);
        else if (at == Text.Length)
            Replace(at, 0, (Text[^1] == '\n' ? "" : NewLine) + lines);
        else
            Replace(AfterLine(at), 0, lines);
    }

    /// <summary>Inserts a header with its keys after the line that a place is in, with an empty line around it.</summary>
    private void InsertBlock(int at, string block)
    {
        at = AfterLine(at);
        var before = Text.AsSpan(0, at);
        var lead =
            before.IsEmpty ? ""
            : before[^1] != '\n' ? NewLine + NewLine
            : before.EndsWith("\n\n") || before.EndsWith("\n\r\n") ? ""
            : NewLine;
        var isFollowed = at < Text.Length && Text[at] is not ('\n' or '\r');
        Replace(at, 0, lead + block + (isFollowed ? NewLine : ""));
    }

    private int StartOfLine(int at) => at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;

    private int EndOfLine(int at)
    {
        var end = Text.IndexOf('\n', at);
        return end < 0 ? Text.Length : end;
    }

    private int AfterLine(int at) => Math.Min(EndOfLine(at) + 1, Text.Length);

    private void RemoveRange(int start, int end) => Replace(start, end - start, "");

    private void Replace(int start, int length, string replacement) =>
        edits.Add(new TomlEdit(start, length, replacement));

    /// <summary>Makes the noted replacements, from the end of the text so that places stay right, and reads the text again.</summary>
    private bool Commit()
    {
        var text = new StringBuilder(Text);
        var kept = Text.Length;
        foreach (var edit in edits.OrderBy(e => e.Start).Reverse())
        {
            // The blank lines between two sections that both go belong to both.
            text.Remove(edit.Start, Math.Min(edit.Length, kept - edit.Start)).Insert(edit.Start, edit.Text);
            kept = edit.Start;
        }

        edits.Clear();
        Document = TomlDocument.Parse(text.ToString());
        return true;
    }
}

/// <summary>A replacement of a part of the text.</summary>
internal readonly record struct TomlEdit(int Start, int Length, string Text);
