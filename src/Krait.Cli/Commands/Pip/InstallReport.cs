using System.Text;
using System.Text.Json;
using Krait.Cli.Rendering;
using Krait.Environments.Layouts;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Platform.Files;
using Krait.Projects.Changing;
using Krait.Projects.Inspection;
using Krait.Projects.Installing;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Commands.Pip;

/// <summary>What was resolved as pip's installation report (version 1).</summary>
/// <param name="outcome">What was resolved, and what of it is needed.</param>
/// <param name="environment">The environment that it is for.</param>
internal sealed class InstallReport(InstallOutcome.Done outcome, PythonEnvironment environment)
{
    /// <summary>Writes the report to a file, or to standard output for `-`.</summary>
    public async Task WriteAsync(
        KraitContext context,
        string target,
        WholeMetadata whole,
        CancellationToken cancellationToken
    )
    {
        var changed = outcome.Plan.Needed.Select(wanted => wanted.Name).ToHashSet();
        var packages = outcome.Resolution?.Packages.Where(package => changed.Contains(package.Name)).ToList() ?? [];
        var metadata = await whole.ReadAsync(packages, cancellationToken);
        var text = JsonText.Of(writer => Write(writer, packages, metadata), isIndented: true);
        if (target is "-")
        {
            context.Terminal.WriteResult(text);
            return;
        }

        var path = Path.GetFullPath(target, context.WorkingFolder);
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), durable: false);
    }

    private void Write(
        Utf8JsonWriter writer,
        List<ResolvedPackage> packages,
        IReadOnlyDictionary<PackageName, RawMetadata> metadata
    )
    {
        writer.WriteStartObject();
        writer.WriteString("version", "1");
        // Readers check that this is a version of pip that writes reports.
        writer.WriteString("pip_version", "26.3");
        writer.WriteStartArray("install");
        foreach (var package in packages)
        {
            var wheel = outcome.Wheels.Single(wheel => wheel.Name == package.Name);
            WriteItem(writer, package, wheel, metadata.GetValueOrDefault(package.Name));
        }

        writer.WriteEndArray();
        writer.WriteStartObject("environment");
        foreach (
            var (name, value) in environment.Interpreter.MarkerValues.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteItem(
        Utf8JsonWriter writer,
        ResolvedPackage package,
        ChosenWheel wheel,
        RawMetadata? metadata
    )
    {
        writer.WriteStartObject();
        writer.WritePropertyName("download_info");
        WriteOrigin(writer, wheel);
        writer.WriteBoolean("is_direct", package.Candidate.Direct is not null);
        writer.WriteBoolean("is_yanked", package.Candidate.IsYanked);
        writer.WriteBoolean("requested", wheel.IsRequested);
        if (wheel.IsRequested && !package.Extras.IsEmpty)
            WriteTexts(writer, "requested_extras", package.Extras.Select(extra => extra.Value));
        writer.WriteStartObject("metadata");
        if (metadata is not null)
            MetadataJson.Write(writer, metadata);
        else
            WriteKnown(writer, package);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>What the resolver knows of a package.</summary>
    private static void WriteKnown(Utf8JsonWriter writer, ResolvedPackage package)
    {
        writer.WriteString("metadata_version", package.Metadata.MetadataVersion);
        writer.WriteString("name", package.Metadata.Name.Value);
        writer.WriteString("version", package.Version.ToString());
        if (package.Metadata.RequiresPython is { } python)
            writer.WriteString("requires_python", python.ToString());
        WriteTexts(
            writer,
            "requires_dist",
            package.Metadata.RequiresDist.Select(requirement => requirement.ToString())
        );
        WriteTexts(writer, "provides_extra", package.Metadata.ProvidesExtra.Select(extra => extra.Value));
    }

    /// <summary>Where it comes from, in the form of PEP 610: a folder or repository as it is recorded, a file with its hash.</summary>
    private static void WriteOrigin(Utf8JsonWriter writer, ChosenWheel wheel)
    {
        var download = (wheel as FetchedWheel)?.Download ?? (wheel as SourceWheel)?.Place.Download;
        if (download is null)
        {
            if (wheel.DirectUrl is { } recorded)
                writer.WriteRawValue(recorded);
            else
                writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString(
            "url",
            download.Url.IsFile ? new Uri(download.Url.LocalPath).AbsoluteUri : download.Url.ToString()
        );
        writer.WriteStartObject("archive_info");
        if (download.Hashes.FirstOrDefault(hash => hash.Algorithm == HashAlgorithm.Sha256) is { } hash)
        {
            writer.WriteString("hash", $"sha256={hash.Hex}");
            writer.WriteStartObject("hashes");
            writer.WriteString("sha256", hash.Hex);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
