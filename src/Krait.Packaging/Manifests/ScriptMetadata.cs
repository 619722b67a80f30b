using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Manifests;

/// <summary>The `# /// script` block of a Python script (inline script metadata, PEP 723).</summary>
public sealed class ScriptMetadata
{
    private readonly string text;
    private readonly ScriptBlock block;

    private ScriptMetadata(string text, ScriptBlock block, TomlDocument document)
    {
        this.text = text;
        this.block = block;
        Document = document;
    }

    /// <summary>The TOML of the block.</summary>
    public TomlDocument Document { get; }

    /// <summary>What the script needs.</summary>
    public ImmutableArray<StatedRequirement> Dependencies { get; private init; } = [];

    /// <summary>Whether the block states dependencies at all, be it none.</summary>
    public bool HasDependencies => Document.Root.ContainsKey("dependencies");

    /// <summary>The Python versions the script is for, if it says so.</summary>
    public SpecifierSet? RequiresPython { get; private init; }

    /// <summary>The table of a tool (`[tool.NAME]`), or null.</summary>
    public TomlTable? Tool(string name) => Document.Root.GetTable("tool")?.GetTable(name);

    /// <summary>
    /// Reads the block of a script. A script without one gives null and no errors; all errors come out together, with lines of the
    /// script.
    /// </summary>
    public static ScriptMetadata? Read(string script, string source, out ImmutableArray<Diagnostic> errors)
    {
        errors = [];
        var blocks = ScriptBlock.FindAll(script, "script");
        if (blocks.Count == 0)
            return null;
        if (blocks.Count > 1)
        {
            errors =
            [
                new Diagnostic("invalid-script-metadata", "the script has more than one `# /// script` block").In(
                    source,
                    blocks[1].Line
                ),
            ];
            return null;
        }

        var only = blocks[0];
        if (!TomlDocument.TryParse(only.Content, out var document, out errors))
        {
            errors = [.. errors.Select(error => error.In(source, error.Line + only.Line))];
            return null;
        }

        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        var metadata = new ScriptMetadata(script, only, document)
        {
            Dependencies = ReadDependencies(document, only, problems),
            RequiresPython = ReadPython(document, problems),
        };
        errors = [.. problems.Select(error => error.In(source, error.Line + only.Line))];
        return errors.IsEmpty ? metadata : null;
    }

    /// <summary>The script with other TOML in its block; everything outside the block stays as it is.</summary>
    public string WithContent(string toml)
    {
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        return string.Concat(text.AsSpan(0, block.Start), Comment(toml, newLine), text.AsSpan(block.End));
    }

    /// <summary>A new block for a script that has none, with its end of line: it belongs below the script's first comment lines.</summary>
    public static string NewBlock(string toml) => Comment(toml, "\n") + "\n";

    private static string Comment(string toml, string newLine)
    {
        var comment = new StringBuilder("# /// script").Append(newLine);
        // Split by hand: a string of TOML may contain what others take for the end of a line.
        foreach (var line in toml.TrimEnd('\n', '\r').Split('\n').Select(line => line.TrimEnd('\r')))
            comment.Append(line.Length == 0 ? "#" : "# ").Append(line).Append(newLine);
        return comment.Append("# ///").ToString();
    }

    private static ImmutableArray<StatedRequirement> ReadDependencies(
        TomlDocument document,
        ScriptBlock block,
        ImmutableArray<Diagnostic>.Builder errors
    )
    {
        if (document.Root["dependencies"] is not { } value)
            return [];
        if (value is not TomlArray array)
        {
            errors.Add(
                document.Error("invalid-script-metadata", value, $"`dependencies` is {value.KindInWords}, not an array")
            );
            return [];
        }

        var requirements = ImmutableArray.CreateBuilder<StatedRequirement>(array.Count);
        foreach (var item in array.Items)
        {
            Diagnostic? cause = null;
            if (item is TomlString text && Requirement.TryParse(text.Value, out var requirement, out cause))
            {
                requirements.Add(
                    new StatedRequirement(requirement, text.Value, document.LineOf(item.Start) + block.Line)
                );
            }
            else
            {
                errors.Add(
                    document.Error(
                        "invalid-script-metadata",
                        item,
                        $"`{PythonText.Printable(item.ToString())}` in `dependencies` is not a requirement"
                    ) with
                    {
                        Cause = cause,
                    }
                );
            }
        }

        return requirements.DrainToImmutable();
    }

    private static SpecifierSet? ReadPython(TomlDocument document, ImmutableArray<Diagnostic>.Builder errors)
    {
        if (document.Root["requires-python"] is not { } value)
            return null;
        Diagnostic? cause = null;
        if (value is TomlString text && SpecifierSet.TryParse(text.Value, out var specifiers, out cause))
            return specifiers;
        errors.Add(
            document.Error("invalid-script-metadata", value, "`requires-python` is not a version specifier") with
            {
                Cause = cause,
            }
        );
        return null;
    }
}

/// <summary>A block of comment lines between `# /// TYPE` and `# ///`.</summary>
/// <param name="Start">Where its first line starts.</param>
/// <param name="End">Where its last line ends, before the end of that line.</param>
/// <param name="Line">The 1-based line of `# /// TYPE`.</param>
/// <param name="Content">The lines between, without their comment signs.</param>
internal sealed record ScriptBlock(int Start, int End, int Line, string Content)
{
    /// <summary>Finds the blocks of a type. A block that is not closed is none; the last closing line of adjacent comments counts.</summary>
    public static List<ScriptBlock> FindAll(string script, string type)
    {
        var blocks = new List<ScriptBlock>();
        var lines = LinesOf(script);
        for (var i = 0; i < lines.Count; i++)
        {
            if (!IsOpening(script.AsSpan(lines[i].Start, lines[i].Length), out var found))
                continue;
            var last = -1;
            var next = i + 1;
            for (; next < lines.Count && IsComment(script.AsSpan(lines[next].Start, lines[next].Length)); next++)
                last = script.AsSpan(lines[next].Start, lines[next].Length) is "# ///" && next > i + 1 ? next : last;
            if (last < 0)
                continue;
            if (found.SequenceEqual(type))
            {
                blocks.Add(
                    new ScriptBlock(
                        lines[i].Start,
                        lines[last].Start + lines[last].Length,
                        i + 1,
                        ContentOf(script, lines, i + 1, last)
                    )
                );
            }

            i = last;
        }

        return blocks;
    }

    private static string ContentOf(string script, List<(int Start, int Length)> lines, int first, int end)
    {
        var content = new StringBuilder();
        for (var i = first; i < end; i++)
        {
            var line = script.AsSpan(lines[i].Start, lines[i].Length);
            content.Append(line.Length > 1 ? line[2..] : []).Append('\n');
        }

        return content.ToString();
    }

    private static bool IsOpening(ReadOnlySpan<char> line, out ReadOnlySpan<char> type)
    {
        type = line.StartsWith("# /// ") ? line[6..] : [];
        foreach (var c in type)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return !type.IsEmpty;
    }

    private static bool IsComment(ReadOnlySpan<char> line) => line is "#" || line.StartsWith("# ");

    private static List<(int Start, int Length)> LinesOf(string text)
    {
        var lines = new List<(int Start, int Length)>();
        var start = 0;
        while (start < text.Length)
        {
            var length = text.AsSpan(start).IndexOfAny('\n', '\r');
            length = length < 0 ? text.Length - start : length;
            lines.Add((start, length));
            start += length;
            start += start + 1 < text.Length && text[start] == '\r' && text[start + 1] == '\n' ? 2 : 1;
        }

        return lines;
    }
}
