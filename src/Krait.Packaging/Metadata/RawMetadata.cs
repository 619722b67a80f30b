using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// All fields of a METADATA or PKG-INFO file (core metadata specification up to 2.5), by their names in Python's words
/// (`requires_dist`), unchecked. Fields that are unknown, repeated where they may stand once, or not readable are kept apart.
/// </summary>
public sealed class RawMetadata
{
    private readonly SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ImmutableArray<string>> lists = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ImmutableArray<string>> unparsed = new(StringComparer.Ordinal);

    private RawMetadata() { }

    /// <summary>The fields that stand once.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>The fields that may stand more than once, and the keywords.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Lists => lists;

    /// <summary>Labels and URLs of the project, in order; null if the field is absent or repeats a label.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? ProjectUrls { get; private set; }

    /// <summary>What could not be read, by its header in lower case.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Unparsed => unparsed;

    /// <summary>The text of a field that stands once (`summary`), or null.</summary>
    public string? Text(string name) => texts.GetValueOrDefault(name);

    /// <summary>The texts of a field that may stand more than once (`requires_dist`); empty if it is absent.</summary>
    public ImmutableArray<string> List(string name) => lists.TryGetValue(name, out var list) ? list : [];

    /// <summary>Reads a file; there is no text that cannot be read.</summary>
    public static RawMetadata Parse(ReadOnlySpan<byte> utf8)
    {
        var fields = new Dictionary<string, (ImmutableArray<string>.Builder Values, bool IsReadable)>(
            StringComparer.Ordinal
        );
        var reader = new HeaderReader(utf8);
        while (reader.MoveNext())
        {
            var header = Encoding.ASCII.GetString(reader.Name).ToLowerInvariant();
            var (values, isReadable) = fields.GetValueOrDefault(header, (ImmutableArray.CreateBuilder<string>(), true));
            var isUtf8 = System.Text.Unicode.Utf8.IsValid(reader.Value);
            values.Add((isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(reader.Value));
            fields[header] = (values, isReadable && isUtf8);
        }

        var metadata = new RawMetadata();
        foreach (var (header, (values, isReadable)) in fields)
            metadata.Add(header, values.DrainToImmutable(), isReadable);
        metadata.AddBody(reader.Body);
        return metadata;
    }

    /// <summary>Everything in the file that the specification does not allow; empty for a valid file.</summary>
    public ImmutableArray<Diagnostic> Validate() => MetadataValidator.Validate(this);

    private void Add(string header, ImmutableArray<string> values, bool isReadable)
    {
        var field = MetadataField.ByHeader.GetValueOrDefault(header);
        var isOnce = field?.Kind is MetadataFieldKind.Text or MetadataFieldKind.Keywords;
        if (field is null || !isReadable || (isOnce && values.Length != 1))
            unparsed[header] = values;
        else if (field.Kind is MetadataFieldKind.Text)
            texts[field.Name] = values[0];
        else if (field.Kind is MetadataFieldKind.Keywords)
            lists[field.Name] = [.. values[0].Split(',').Select(k => PythonText.Trim(k).ToString())];
        else if (field.Kind is MetadataFieldKind.Pairs)
            AddProjectUrls(header, values);
        else
            // An empty `Import-Name` says that there is nothing to import.
            lists[field.Name] = header is "import-name" && values is [""] ? [] : values;
    }

    private void AddProjectUrls(string header, ImmutableArray<string> values)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var labels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var comma = value.IndexOf(',', StringComparison.Ordinal);
            var label = PythonText.Trim(comma < 0 ? value : value.AsSpan(0, comma)).ToString();
            if (!labels.Add(label))
            {
                unparsed[header] = values;
                return;
            }

            pairs.Add(new(label, comma < 0 ? "" : PythonText.Trim(value.AsSpan(comma + 1)).ToString()));
        }

        ProjectUrls = pairs.DrainToImmutable();
    }

    /// <summary>The body is the description; with a header of that name too, nobody knows which is meant.</summary>
    private void AddBody(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return;
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(body);
        var text = (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(body);
        if (texts.Remove("description", out var header))
            unparsed["description"] = [header, text];
        else if (unparsed.TryGetValue("description", out var others))
            unparsed["description"] = others.Add(text);
        else if (isUtf8)
            texts["description"] = text;
        else
            unparsed["description"] = [text];
    }
}
