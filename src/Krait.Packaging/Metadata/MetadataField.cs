using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Krait.Packaging.Metadata;

/// <summary>A field of the core metadata specification.</summary>
/// <param name="Header">Its name in lower case, as a header.</param>
/// <param name="Name">Its name in Python's words, plural where it may stand more than once.</param>
/// <param name="Kind">How its values are held.</param>
/// <param name="Added">The place in <see cref="Versions"/> of the form that brought it.</param>
internal sealed record MetadataField(string Header, string Name, MetadataFieldKind Kind, int Added)
{
    /// <summary>The versions of the form, in order; 2.0 was never agreed on.</summary>
    public static ImmutableArray<string> Versions { get; } =
    ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];

    /// <summary>All fields by their header in lower case.</summary>
    public static FrozenDictionary<string, MetadataField> ByHeader { get; } =
        All().ToFrozenDictionary(field => field.Header, StringComparer.Ordinal);

    private static IEnumerable<MetadataField> All() =>
        [
            Text("metadata-version", "1.0"),
            Text("name", "1.0"),
            Text("version", "1.0"),
            List("platform", "platforms", "1.0"),
            Text("summary", "1.0"),
            Text("description", "1.0"),
            new("keywords", "keywords", MetadataFieldKind.Keywords, 0),
            Text("home-page", "1.0"),
            Text("author", "1.0"),
            Text("author-email", "1.0"),
            Text("license", "1.0"),
            List("supported-platform", "supported_platforms", "1.1"),
            Text("download-url", "1.1"),
            List("classifier", "classifiers", "1.1"),
            List("requires", "requires", "1.1"),
            List("provides", "provides", "1.1"),
            List("obsoletes", "obsoletes", "1.1"),
            Text("maintainer", "1.2"),
            Text("maintainer-email", "1.2"),
            List("requires-dist", "requires_dist", "1.2"),
            List("provides-dist", "provides_dist", "1.2"),
            List("obsoletes-dist", "obsoletes_dist", "1.2"),
            Text("requires-python", "1.2"),
            List("requires-external", "requires_external", "1.2"),
            new("project-url", "project_urls", MetadataFieldKind.Pairs, Versions.IndexOf("1.2")),
            Text("description-content-type", "2.1"),
            List("provides-extra", "provides_extra", "2.1"),
            List("dynamic", "dynamic", "2.2"),
            Text("license-expression", "2.4"),
            List("license-file", "license_files", "2.4"),
            List("import-name", "import_names", "2.5"),
            List("import-namespace", "import_namespaces", "2.5"),
        ];

    private static MetadataField Text(string header, string added) =>
        new(header, header.Replace('-', '_'), MetadataFieldKind.Text, Versions.IndexOf(added));

    private static MetadataField List(string header, string name, string added) =>
        new(header, name, MetadataFieldKind.List, Versions.IndexOf(added));
}
