using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Locking;

namespace Krait.Projects.Exporting;

/// <summary>
/// Writes the chosen parts of a lock as a bill of materials (CycloneDX 1.5, JSON). The same lock gives the same bytes: the serial number is made
/// of the content, and there is no time in it.
/// </summary>
public static class CycloneDxExport
{
    /// <summary>The document.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="kraitVersion">Our version.</param>
    public static string Write(LockedParts parts, string kraitVersion)
    {
        var body = Text(parts, kraitVersion, serial: null);
        return Text(parts, kraitVersion, $"urn:uuid:{ContentUuid.Of(body)}") + "\n";
    }

    private static string Text(LockedParts parts, string kraitVersion, string? serial)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
            Write(json, parts, kraitVersion, serial);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, LockedParts parts, string kraitVersion, string? serial)
    {
        json.WriteStartObject();
        json.WriteString("bomFormat", "CycloneDX");
        json.WriteString("specVersion", "1.5");
        json.WriteNumber("version", 1);
        if (serial is not null)
            json.WriteString("serialNumber", serial);
        json.WriteStartObject("metadata");
        json.WriteStartArray("tools");
        json.WriteStartObject();
        json.WriteString("name", "krait");
        json.WriteString("version", kraitVersion);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("component");
        WriteProject(json, parts);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("components");
        foreach (var part in parts.Packages.Where(part => !IsRoot(parts, part)))
            WriteComponent(json, part);
        json.WriteEndArray();
        WriteDependencies(json, parts);
        json.WriteEndObject();
    }

    private static void WriteProject(Utf8JsonWriter json, LockedParts parts)
    {
        var root = parts.Workspace.Root;
        json.WriteString("type", "library");
        json.WriteString("bom-ref", RootReference(parts));
        json.WriteString("name", root.Name?.Value ?? root.Label);
        if (root.Version is { } version)
            json.WriteString("version", version.ToString());
    }

    private static void WriteComponent(Utf8JsonWriter json, LockedPart part)
    {
        var package = part.Package;
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("bom-ref", Reference(package));
        json.WriteString("name", package.Name);
        if (package.Version is { } version)
            json.WriteString("version", version.ToString());
        if (package.Directory is null)
            json.WriteString("purl", Purl(package));
        var files = (package.Wheels ?? []).Prepend(package.Sdist).Append(package.Archive).OfType<PylockFile>();
        var stated = files.Where(file => file.Url is not null).ToList();
        if (stated.Count > 0)
        {
            json.WriteStartArray("externalReferences");
            foreach (var file in stated)
                WriteFile(json, file);
            json.WriteEndArray();
        }

        if (part.Marker.ToText() is { } marker)
        {
            json.WriteStartArray("properties");
            json.WriteStartObject();
            json.WriteString("name", "krait:package:marker");
            json.WriteString("value", marker);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, PylockFile file)
    {
        json.WriteStartObject();
        json.WriteString("type", "distribution");
        json.WriteString("url", file.Url);
        json.WriteStartArray("hashes");
        foreach (var (name, digest) in file.Hashes)
        {
            if (AlgorithmOf(name) is not { } algorithm)
                continue;
            json.WriteStartObject();
            json.WriteString("alg", algorithm);
            json.WriteString("content", digest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDependencies(Utf8JsonWriter json, LockedParts parts)
    {
        var names = parts.Packages.ToLookup(part => part.Package.Name, StringComparer.Ordinal);
        json.WriteStartArray("dependencies");
        Write(RootReference(parts), parts.Selection.Units.SelectMany(unit => parts.Graph.EdgesOf(unit)));
        foreach (var node in parts.Graph.Nodes)
        {
            if (!names.Contains(node.Name) || ReferenceEquals(node.Member, parts.Workspace.Root))
                continue;
            var part =
                names[node.Name].FirstOrDefault(one => one.Package.Version == node.Package?.Version)
                ?? names[node.Name].First();
            var extras = node.Package is { } package
                ? WorkspaceLock.RequirementsOf(package).Select(one => one.Extra).Distinct()
                : [];
            Write(
                Reference(part.Package),
                extras.Append(null).Distinct().SelectMany(extra => parts.Graph.EdgesOf(node, extra))
            );
        }

        json.WriteEndArray();

        void Write(string reference, IEnumerable<LockedEdge> edges)
        {
            json.WriteStartObject();
            json.WriteString("ref", reference);
            json.WriteStartArray("dependsOn");
            var targets = edges
                .SelectMany(edge =>
                    names[edge.To.Name]
                        .Where(part => edge.To.Package is null || part.Package.Version == edge.To.Version)
                )
                .Select(part => IsRoot(parts, part) ? RootReference(parts) : Reference(part.Package))
                .Where(target => !string.Equals(target, reference, StringComparison.Ordinal));
            foreach (var target in targets.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                json.WriteStringValue(target);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static bool IsRoot(LockedParts parts, LockedPart part) =>
        part.Package.Directory is not null
        && string.Equals(part.Package.Name, parts.Workspace.Root.Name?.Value, StringComparison.Ordinal);

    private static string RootReference(LockedParts parts)
    {
        var root = parts.Workspace.Root;
        return root.Version is { } version ? $"{root.Label}@{version}" : root.Label;
    }

    private static string Reference(PylockPackage package)
    {
        var index = package.Index is { } address ? $"?{address}" : "";
        return package.Version is { } version ? $"{package.Name}@{version}{index}" : package.Name;
    }

    /// <summary>The package URL (purl specification, type `pypi`).</summary>
    private static string Purl(PylockPackage package)
    {
        var text = new StringBuilder("pkg:pypi/").Append(package.Name);
        if (package.Version is { } version)
            text.Append('@').Append(Uri.EscapeDataString(version.ToString()));
        if (package.Vcs is { } vcs)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"?vcs_url={Uri.EscapeDataString($"git+{vcs.Url ?? vcs.Path}@{vcs.CommitId}")}"
            );
        }
        else if (package.Archive?.Url is { } url)
        {
            text.Append("?download_url=").Append(Uri.EscapeDataString(url));
        }
        else if (package.Index is { } index && index.Contains("://", StringComparison.Ordinal))
        {
            text.Append("?repository_url=").Append(Uri.EscapeDataString(index));
        }

        return text.ToString();
    }

    private static string? AlgorithmOf(string name) =>
        name switch
        {
            "md5" => "MD5",
            "sha1" => "SHA-1",
            "sha256" => "SHA-256",
            "sha384" => "SHA-384",
            "sha512" => "SHA-512",
            _ => null,
        };
}
