using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Krait.Installer.Archives;
using Krait.Installer.Scripts;

namespace Krait.Installer.Wheels;

/// <summary>
/// The programs in an entry_points.txt. Names become file names and references become Python text, so both are taken apart into
/// tokens here and refused when they are anything else.
/// </summary>
internal static class EntryPointsText
{
    /// <summary>Reads the groups `console_scripts` and `gui_scripts`; other groups are not an installer's business.</summary>
    /// <exception cref="UnsafeArchiveException">A script's name or reference is not safe.</exception>
    public static List<ScriptEntry> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            throw UnsafeArchiveException.Because("entry-points", "`entry_points.txt` is not UTF-8");
        var scripts = new List<ScriptEntry>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        string? group = null;
        foreach (var raw in Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty || line[0] is '#' or ';')
                continue;
            if (line[0] == '[' && line[^1] == ']')
            {
                group = line[1..^1].Trim().ToString();
                continue;
            }
            if (group is not ("console_scripts" or "gui_scripts"))
                continue;
            var script = ParseLine(line.ToString(), group is "gui_scripts");
            if (!names.Add(script.Name))
                throw Refuse(script.Name, "comes twice");
            scripts.Add(script);
        }
        return scripts;
    }

    private static ScriptEntry ParseLine(string line, bool isGui)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw Refuse(line, "has no reference");
        var name = line[..equals].Trim();
        if (!ArchivePath.TryParse(name, out _, out _) || name.Contains('/', StringComparison.Ordinal))
            throw Refuse(name, "is not a plain file name");
        if (ReservedNames.IsScript(name))
            throw Refuse(name, "would replace a program of the environment");
        var reference = line[(equals + 1)..].Trim();
        // Extras after the reference are allowed and mean nothing to an installer.
        var bracket = reference.IndexOf('[', StringComparison.Ordinal);
        if (bracket >= 0)
        {
            if (reference[^1] != ']')
                throw Refuse(name, $"has the malformed reference `{SafeText.Escape(reference)}`");
            reference = reference[..bracket].TrimEnd();
        }
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        var module = colon < 0 ? reference : reference[..colon].TrimEnd();
        var attribute = colon < 0 ? "" : reference[(colon + 1)..].TrimStart();
        if (!IsDotted(module) || !IsDotted(attribute))
            throw Refuse(name, $"has the reference `{SafeText.Escape(reference)}`, which is not `module:attribute`");
        return new ScriptEntry(name, module, attribute, isGui);
    }

    [DoesNotReturn]
    private static UnsafeArchiveException Refuse(string name, string how) =>
        throw UnsafeArchiveException.Because("entry-points", $"the script `{SafeText.Escape(name)}` {how}");

    private static bool IsDotted(string text)
    {
        foreach (var range in text.AsSpan().Split('.'))
        {
            if (!IsIdentifier(text.AsSpan()[range]))
                return false;
        }
        return true;
    }

    /// <summary>
    /// A Python identifier whose spelling Python does not change: without characters that compatibility normalization would replace.
    /// </summary>
    private static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]) || Keywords.Contains(text.ToString()))
            return false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isPart = rune.IsAscii ? rune.Value == '_' || Rune.IsLetterOrDigit(rune) : IsPlainLetter(rune);
            if (!isPart)
                return false;
        }
        return true;
    }

    private static bool IsPlainLetter(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.LowercaseLetter
                or UnicodeCategory.UppercaseLetter
                or UnicodeCategory.OtherLetter
        && rune.Value
            is not (
                (>= 0xFB00 and <= 0xFEFF)
                or (>= 0xFF00 and <= 0xFFEF)
                or (>= 0x1D400 and <= 0x1D7FF)
                or (>= 0x2100 and <= 0x214F)
            );

    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    };
}
