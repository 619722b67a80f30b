using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Shards;
using Krait.Resolver.Reporting;

namespace Krait.Protocol.Resolving;

/// <summary>A chosen version, with all that is needed to check the choice.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
public sealed record AnswerPackage(PackageName Name, Version Version)
{
    /// <summary>The index that it comes from, by the server's name for it.</summary>
    public string Index { get; init; } = "";

    /// <summary>Where it is installed.</summary>
    public Marker Marker { get; init; } = Marker.True;

    /// <summary>The extras that something asks for, sorted.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>The names of what it needs, sorted.</summary>
    public ImmutableArray<PackageName> Depends { get; init; } = [];

    /// <summary>What a resolver reads of its metadata, without name and version.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Its files: an array of the entries of a project page.</summary>
    public ReadOnlyMemory<byte> Files { get; init; } = "[]"u8.ToArray();

    /// <summary>A package of a resolution.</summary>
    /// <param name="package">The package.</param>
    /// <param name="resolution">The resolution.</param>
    /// <param name="index">The server's name for the index that it comes from.</param>
    public static AnswerPackage Of(ResolvedPackage package, Resolution resolution, string index) =>
        new(package.Name, package.Version)
        {
            Index = index,
            Marker = package.Marker,
            Extras = package.Extras,
            Depends = DependsOf(package, resolution),
            Metadata = TextOf(package.Metadata),
            Files = FilesOf(package),
        };

    /// <summary>The names of what a package needs.</summary>
    internal static ImmutableArray<PackageName> DependsOf(ResolvedPackage package, Resolution resolution) =>
        [.. package.Dependencies.Select(dependency => resolution.Packages[dependency.Package].Name).Distinct().Order()];

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteTexts("depends", Depends.Select(name => name.Value));
        writer.WriteTexts("extras", Extras.Select(extra => extra.Value));
        writer.WritePropertyName("files");
        writer.WriteRawValue(Files.Span);
        writer.WriteString("index", Index);
        if (Marker.ToText() is { } marker)
            writer.WriteString("marker", marker);
        writer.WriteString("metadata", Metadata);
        writer.WriteString("name", Name.Value);
        writer.WriteString("version", Version.ToString());
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <exception cref="FormatException">It is not a package.</exception>
    internal static AnswerPackage Read(JsonElement element)
    {
        if (!Version.TryParse(element.NeedText("version"), out var version))
            throw new FormatException("version");
        var files = element.Need("files");
        if (files.GetArrayLength() > ProtocolLimits.Files)
            throw new FormatException("files");
        return new AnswerPackage(QueryDocument.NameOf(element.NeedText("name")), version)
        {
            Index = element.NeedText("index"),
            Marker = TargetDocument.ReadMarker(element.FindText("marker") ?? ""),
            Extras =
            [
                .. element
                    .NeedList("extras", ProtocolLimits.Requirements)
                    .Select(extra =>
                        ExtraName.TryParse(extra.Text(), out var name, out _)
                            ? name
                            : throw new FormatException("extras")
                    ),
            ],
            Depends =
            [
                .. element
                    .NeedList("depends", ProtocolLimits.Requirements)
                    .Select(name => QueryDocument.NameOf(name.Text())),
            ],
            Metadata = element.NeedText("metadata"),
            Files = CanonicalJson.Write(writer => WriteFiles(writer, files)),
        };
    }

    private static void WriteFiles(Utf8JsonWriter writer, JsonElement files)
    {
        writer.WriteStartArray();
        foreach (var file in files.EnumerateArray())
            FileEntry.Write(writer, file);
        writer.WriteEndArray();
    }

    private static byte[] FilesOf(ResolvedPackage package) =>
        CanonicalJson.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var release in package.Candidate.Releases.Take(1))
            {
                foreach (var file in release.Files)
                    FileEntry.Write(writer, file);
            }

            writer.WriteEndArray();
        });

    /// <summary>The fields that a resolver reads, in their normal forms.</summary>
    private static string TextOf(CoreMetadata metadata)
    {
        var text = new StringBuilder();
        if (metadata.MetadataVersion.Length > 0)
            text.Append("Metadata-Version: ").Append(metadata.MetadataVersion).Append('\n');
        if (metadata.RequiresPython is { } python)
            text.Append("Requires-Python: ").Append(python).Append('\n');
        foreach (var requirement in metadata.RequiresDist)
            text.Append("Requires-Dist: ").Append(requirement).Append('\n');
        foreach (var extra in metadata.ProvidesExtra)
            text.Append("Provides-Extra: ").Append(extra).Append('\n');
        foreach (var field in metadata.Dynamic)
            text.Append("Dynamic: ").Append(field).Append('\n');
        return text.Append('\n').ToString();
    }

    /// <summary>Equality of all that it says.</summary>
    public bool Equals(AnswerPackage? other) =>
        other is not null
        && Name == other.Name
        && Version == other.Version
        && Marker == other.Marker
        && string.Equals(Index, other.Index, StringComparison.Ordinal)
        && string.Equals(Metadata, other.Metadata, StringComparison.Ordinal)
        && Extras.SequenceEqual(other.Extras)
        && Depends.SequenceEqual(other.Depends)
        && Files.Span.SequenceEqual(other.Files.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Version, Index);
}
