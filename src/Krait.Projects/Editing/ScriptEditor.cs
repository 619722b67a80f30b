using Krait.Packaging.Manifests;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Editing;

/// <summary>Changes the metadata of a script; a script that has none gets some.</summary>
public sealed class ScriptEditor
{
    private readonly string text;
    private readonly ScriptMetadata? metadata;

    private ScriptEditor(string text, ScriptMetadata? metadata, TomlDocument document)
    {
        this.text = text;
        this.metadata = metadata;
        Manifest = new ManifestEditor(document, isScript: true);
    }

    /// <summary>Changes what the script requires.</summary>
    public ManifestEditor Manifest { get; }

    /// <summary>Whether the script had metadata.</summary>
    public bool HadMetadata => metadata is not null;

    /// <summary>Starts from a script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="newMetadata">The TOML that a script without metadata starts with.</param>
    /// <exception cref="KraitException">Its metadata cannot be read (unusable input).</exception>
    public static ScriptEditor Open(string text, string shown, string newMetadata)
    {
        var found = ScriptMetadata.Read(text, shown, out var errors);
        if (!errors.IsEmpty)
            throw new KraitException(errors[0]) { Kind = FailureKind.UnusableInput };
        return new ScriptEditor(text, found, found?.Document ?? TomlDocument.Parse(newMetadata));
    }

    /// <summary>The script with the metadata as it is now.</summary>
    public string ToText() => metadata?.WithContent(Manifest.Text) ?? WithNewBlock(text, Manifest.Text);

    /// <summary>
    /// Puts a block into a script without one: below the lines that have to stay on top (`#!` and the encoding), with an empty line before
    /// the code.
    /// </summary>
    private static string WithNewBlock(string text, string toml)
    {
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var at = 0;
        for (var line = 0; line < 2 && IsHeader(text, at, line); line++)
            at = AfterLine(text, at);
        var block = ScriptMetadata.NewBlock(toml).ReplaceLineEndings(newLine);
        var rest = text.AsSpan(at);
        var lead = at > 0 && text[at - 1] != '\n' ? newLine : "";
        // A comment right below would belong to the block.
        var gap = rest.IsEmpty || rest.StartsWith(newLine) ? "" : newLine;
        return string.Concat(text.AsSpan(0, at), lead + block + gap, rest);
    }

    private static bool IsHeader(string text, int at, int line)
    {
        var rest = text.AsSpan(at);
        if (line == 0 && rest.StartsWith("#!"))
            return true;
        var end = rest.IndexOf('\n');
        var comment = (end < 0 ? rest : rest[..end]).TrimStart();
        // The encoding of a source file is in one of its first two lines (PEP 263).
        return comment.StartsWith("#")
            && comment.IndexOf("coding") is >= 0 and var place
            && place + 6 < comment.Length
            && comment[place + 6] is ':' or '=';
    }

    private static int AfterLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end + 1;
    }
}
