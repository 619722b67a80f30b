namespace Krait.Packaging.Toml;

/// <summary>
/// The document level of TOML 1.0: lines, headers, keys, and which tables they may open. Linear in the text; nesting and dotted
/// keys are bounded, so that no document can exhaust the stack.
/// </summary>
internal sealed class TomlParser(string text)
{
    /// <summary>Deeper nesting and longer dotted keys are refused.</summary>
    internal const int MaximumDepth = 128;

    /// <summary>More errors than this help nobody.</summary>
    private const int MaximumErrors = 20;

    private readonly TomlTable root = new(TomlTableOrigin.Header) { Start = 0 };
    private readonly List<TomlError> errors = [];
    private readonly TomlLexer lexer = new(text);
    private readonly List<TomlKey> path = [];
    private TomlTable current = null!; // set by Parse before any use

    public IReadOnlyList<TomlError> Errors => errors;

    public TomlTable Parse()
    {
        current = root;
        if (text.Length > 0 && text[0] == '\uFEFF')
            lexer.Position = 1;
        while (true)
        {
            lexer.SkipSpace();
            if (lexer.IsAtEnd || errors.Count >= MaximumErrors)
                return root;
            if (lexer.TrySkipNewLine())
                continue;
            if (!ParseLine())
                Recover();
        }
    }

    private bool ParseLine()
    {
        if (lexer.Peek == '#')
            return EndOfLine();
        if (!(lexer.Peek == '[' ? ParseHeader() : ParseKeyValue(current, depth: 0)))
            return false;
        lexer.SkipSpace();
        return EndOfLine();
    }

    /// <summary>After a comment, only the end of the line may follow.</summary>
    private bool EndOfLine()
    {
        if (lexer.Peek == '#' && !lexer.TrySkipComment())
            return Fail(lexer.Error);
        return lexer.IsAtEnd || lexer.TrySkipNewLine() || Fail(lexer.Unexpected("the end of the line"));
    }

    /// <summary>Continues at the next header: whatever stands before it may be the inside of a broken value.</summary>
    private void Recover()
    {
        current = new TomlTable(TomlTableOrigin.Header);
        while (!lexer.IsAtEnd)
        {
            lexer.SkipToNextLine();
            if (lexer.Peek == '[')
                return;
        }
    }

    private bool ParseHeader()
    {
        var start = lexer.Position;
        var isArray = lexer.PeekAt(1) == '[';
        lexer.Position += isArray ? 2 : 1;
        if (!ParseKeyPath())
            return false;
        if (lexer.Peek != ']' || (isArray && lexer.PeekAt(1) != ']'))
            return Fail(lexer.Unexpected(isArray ? "`]]`" : "`]`"));
        lexer.Position += isArray ? 2 : 1;
        OpenTable(start, lexer.Position - start, isArray);
        return true;
    }

    private void OpenTable(int start, int length, bool isArray)
    {
        current = new TomlTable(TomlTableOrigin.Header) { Start = start, TextLength = length };
        var parent = root;
        for (var i = 0; i < path.Count - 1; i++)
        {
            if (StepThroughHeader(parent, path[i]) is not { } next)
                return;
            parent = next;
        }

        var last = path[^1];
        var existing = parent[last.Name];
        if (isArray)
        {
            OpenArrayElement(parent, last, existing);
        }
        else if (existing is null)
        {
            parent.Append(new TomlEntry(last.Name, current, -1));
        }
        else if (existing is TomlTable { Origin: TomlTableOrigin.Implicit } opened)
        {
            (opened.Origin, opened.Start, opened.TextLength) = (TomlTableOrigin.Header, start, length);
            current = opened;
        }
        else
        {
            errors.Add(new TomlError(last.Start, last.Length, $"`{last.Name}` is defined already"));
        }
    }

    private void OpenArrayElement(TomlTable parent, TomlKey last, TomlValue? existing)
    {
        if (existing is null)
        {
            var array = new TomlArray([current], isTables: true)
            {
                Start = current.Start,
                TextLength = current.TextLength,
            };
            parent.Append(new TomlEntry(last.Name, array, -1));
        }
        else if (existing is TomlArray { IsArrayOfTables: true } array)
        {
            array.Append(current);
        }
        else
        {
            errors.Add(
                new TomlError(last.Start, last.Length, $"`{last.Name}` is defined already, not as an array of tables")
            );
        }
    }

    private TomlTable? StepThroughHeader(TomlTable parent, TomlKey key)
    {
        switch (parent[key.Name])
        {
            case null:
                var made = new TomlTable(TomlTableOrigin.Implicit);
                parent.Append(new TomlEntry(key.Name, made, -1));
                return made;
            case TomlTable { Origin: not TomlTableOrigin.Inline } table:
                return table;
            case TomlArray { IsArrayOfTables: true } array:
                return (TomlTable)array.Items[^1];
            default:
                errors.Add(
                    new TomlError(key.Start, key.Length, $"`{key.Name}` is defined already and cannot be extended")
                );
                return null;
        }
    }

    /// <summary>Reads `key = value` into a table; used for lines and for inline tables.</summary>
    private bool ParseKeyValue(TomlTable table, int depth)
    {
        var keyStart = lexer.Position;
        if (!ParseKeyPath())
            return false;
        if (lexer.Peek != '=')
            return Fail(lexer.Unexpected("`=`"));
        lexer.Position++;
        // Inline tables parse keys too, so the path is resolved before the value is read.
        var target = ResolveDottedKey(table);
        var last = path[^1];
        lexer.SkipSpace();
        if (ParseValue(depth) is not { } value)
            return false;
        if (target is not null && target.ContainsKey(last.Name))
            errors.Add(new TomlError(last.Start, last.Length, $"the key `{last.Name}` is defined already"));
        else
            target?.Append(new TomlEntry(last.Name, value, keyStart));
        return true;
    }

    private TomlTable? ResolveDottedKey(TomlTable table)
    {
        for (var i = 0; i < path.Count - 1; i++)
        {
            var key = path[i];
            if (table[key.Name] is not { } existing)
            {
                var made = new TomlTable(TomlTableOrigin.Dotted) { Start = key.Start, TextLength = key.Length };
                table.Append(new TomlEntry(key.Name, made, path[0].Start));
                table = made;
            }
            else if (existing is TomlTable { Origin: TomlTableOrigin.Dotted } dotted)
            {
                table = dotted;
            }
            else
            {
                errors.Add(
                    new TomlError(key.Start, key.Length, $"`{key.Name}` is defined already and cannot be extended")
                );
                return null;
            }
        }

        return table;
    }

    /// <summary>Reads a dotted key with the space around it into <see cref="path"/>.</summary>
    private bool ParseKeyPath()
    {
        path.Clear();
        while (true)
        {
            lexer.SkipSpace();
            if (!lexer.TryReadKey(out var key))
                return Fail(lexer.Error);
            path.Add(key);
            lexer.SkipSpace();
            if (lexer.Peek != '.')
                return true;
            if (path.Count == MaximumDepth)
                return Fail(new TomlError(lexer.Position, 1, $"a key has more than {MaximumDepth} parts"));
            lexer.Position++;
        }
    }

    private TomlValue? ParseValue(int depth)
    {
        if (depth > MaximumDepth)
            return FailValue(new TomlError(lexer.Position, 1, $"values are nested deeper than {MaximumDepth} levels"));
        var start = lexer.Position;
        var value = lexer.Peek switch
        {
            '[' => ParseArray(depth + 1),
            '{' => ParseInlineTable(depth + 1),
            _ => lexer.ReadScalar() ?? FailValue(lexer.Error),
        };
        if (value is not null)
            (value.Start, value.TextLength) = (start, lexer.Position - start);
        return value;
    }

    private TomlArray? ParseArray(int depth)
    {
        lexer.Position++;
        var items = new List<TomlValue>();
        while (true)
        {
            if (!lexer.TrySkipTrivia())
                return (TomlArray?)FailValue(lexer.Error);
            if (lexer.Peek == ']')
                break;
            if (ParseValue(depth) is not { } item)
                return null;
            items.Add(item);
            if (!lexer.TrySkipTrivia())
                return (TomlArray?)FailValue(lexer.Error);
            if (lexer.Peek == ']')
                break;
            if (lexer.Peek != ',')
                return (TomlArray?)FailValue(lexer.Unexpected("`,` or `]`"));
            lexer.Position++;
        }

        lexer.Position++;
        return new TomlArray(items, isTables: false);
    }

    private TomlTable? ParseInlineTable(int depth)
    {
        lexer.Position++;
        var table = new TomlTable(TomlTableOrigin.Inline);
        lexer.SkipSpace();
        if (lexer.Peek == '}')
        {
            lexer.Position++;
            return table;
        }

        while (ParseKeyValue(table, depth))
        {
            lexer.SkipSpace();
            if (lexer.Peek == '}')
            {
                lexer.Position++;
                return table;
            }

            if (lexer.Peek != ',')
            {
                Fail(lexer.Unexpected("`,` or `}`"));
                return null;
            }

            lexer.Position++;
        }

        return null;
    }

    private bool Fail(TomlError error)
    {
        errors.Add(error);
        return false;
    }

    private TomlValue? FailValue(TomlError error)
    {
        errors.Add(error);
        return null;
    }
}

/// <summary>An error at a place of the text.</summary>
internal readonly record struct TomlError(int Start, int Length, string Message);

/// <summary>One part of a key, unquoted, with its place.</summary>
internal readonly record struct TomlKey(string Name, int Start, int Length);
