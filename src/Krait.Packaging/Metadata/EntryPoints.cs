using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// An entry_points.txt file (entry points specification), read as Python's `importlib.metadata` reads it. Scripts are claims on file
/// names and on code that a launcher will import, so their names must be one plain part of a path, and their objects dotted identifiers.
/// </summary>
public sealed class EntryPoints
{
    /// <summary>The group of scripts for a console.</summary>
    public const string ConsoleScripts = "console_scripts";

    /// <summary>The group of scripts with windows of their own.</summary>
    public const string GuiScripts = "gui_scripts";

    private EntryPoints(ImmutableArray<EntryPoint> all) => All = all;

    /// <summary>All entries in the order of the file.</summary>
    public ImmutableArray<EntryPoint> All { get; }

    /// <summary>The scripts that an installer makes; of one name, the last.</summary>
    public IEnumerable<EntryPoint> Scripts =>
        All.Where(IsScript).GroupBy(entry => entry.Name, StringComparer.Ordinal).Select(same => same.Last());

    /// <summary>
    /// Parses a file. Everything that is wrong with scripts comes out together and makes the answer false; wrong entries of other
    /// groups are left out.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        out EntryPoints entryPoints,
        out ImmutableArray<Diagnostic> errors
    )
    {
        var text = Encoding.UTF8.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        var found = ImmutableArray.CreateBuilder<EntryPoint>();
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        string? group = null;
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = PythonText.Trim(raw);
            if (line.IsEmpty || line[0] is '#' or ';')
                continue;
            if (line[0] == '[' && line[^1] == ']')
                group = line.Trim("[]").Trim().ToString();
            else if (group is not null)
                Add(group, line, number, found, problems);
        }

        entryPoints = new EntryPoints(found.DrainToImmutable());
        errors = problems.DrainToImmutable();
        return errors.IsEmpty;
    }

    private static bool IsScript(EntryPoint entry) => entry.Group is ConsoleScripts or GuiScripts;

    private static void Add(
        string group,
        ReadOnlySpan<char> line,
        int number,
        ImmutableArray<EntryPoint>.Builder found,
        ImmutableArray<Diagnostic>.Builder problems
    )
    {
        var equals = line.IndexOf('=');
        var name = equals < 0 ? line : PythonText.Trim(line[..equals]);
        var value = equals < 0 ? "" : PythonText.Trim(line[(equals + 1)..]).ToString();
        var entry = Split(new EntryPoint(group, name.ToString(), value));
        if (!IsScript(entry))
        {
            if (equals >= 0)
                found.Add(entry);
            return;
        }

        var problem = ScriptName.Check(entry.Name) ?? CheckObject(entry);
        if (problem is null)
        {
            found.Add(entry);
        }
        else
        {
            problems.Add(
                new Diagnostic(
                    "invalid-entry-point",
                    $"the script `{PythonText.Printable(entry.Name)}` of the file `entry_points.txt` {problem}"
                )
                {
                    Line = number,
                }
            );
        }
    }

    private static EntryPoint Split(EntryPoint entry)
    {
        var value = entry.Value.AsSpan();
        ImmutableArray<string> extras = [];
        var bracket = value.IndexOf('[');
        if (bracket >= 0 && value[^1] == ']')
        {
            extras =
            [
                .. value[(bracket + 1)..^1]
                    .ToString()
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ];
            value = value[..bracket];
        }

        var colon = value.IndexOf(':');
        return entry with
        {
            Module = (colon < 0 ? value : value[..colon]).Trim().ToString(),
            Attribute = colon < 0 ? null : value[(colon + 1)..].Trim().ToString(),
            Extras = extras,
        };
    }

    private static string? CheckObject(EntryPoint entry)
    {
        if (!PythonIdentifier.IsDottedPath(entry.Module))
            return $"does not name a module: `{PythonText.Printable(entry.Value)}`";
        if (entry.Attribute is null)
            return $"does not name a function: `{PythonText.Printable(entry.Value)}`";
        return PythonIdentifier.IsDottedPath(entry.Attribute)
            ? null
            : $"does not name an object of its module: `{PythonText.Printable(entry.Value)}`";
    }
}
