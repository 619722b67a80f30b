using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Build.Sources;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Build.Wheels;

/// <summary>Checks what a backend says it has built: that there is a wheel, of this project and version, for this interpreter, and that it says so itself.</summary>
internal static class WheelCheck
{
    /// <summary>Checks the wheel that a hook has named.</summary>
    /// <param name="folder">Where the hook was to put it.</param>
    /// <param name="answer">What the hook returned.</param>
    /// <param name="source">What was to be built.</param>
    /// <param name="tags">What the interpreter accepts.</param>
    /// <param name="limits">How large its metadata may be.</param>
    /// <returns>Its file name and metadata.</returns>
    /// <exception cref="KraitException">It is not what it should be.</exception>
    public static (WheelFileName File, CoreMetadata Metadata) Check(
        string folder,
        string? answer,
        BuildSource source,
        TagSet tags,
        ArchiveLimits limits
    )
    {
        var file = FindFile(folder, answer, source);
        CheckName(file, source);
        var metadata = ReadMetadata(Path.Join(folder, file.ToString()), file, source, limits);
        if (tags.RankOf(file) is null)
        {
            throw Wrong(
                source,
                "build-wrong-tags",
                $"the backend built `{file}`, which cannot be installed with the interpreter that built it"
            );
        }

        return (file, metadata);
    }

    private static WheelFileName FindFile(string folder, string? answer, BuildSource source)
    {
        if (
            answer is null
            || ContainedPath.WhyUnsafe(answer) is not null
            || answer.Contains('/', StringComparison.Ordinal)
        )
        {
            throw Wrong(
                source,
                "build-no-wheel",
                $"the backend returned `{SafeText.Escape(answer ?? "None")}`, which is not the name of a wheel"
            );
        }

        if (!WheelFileName.TryParse(answer, out var file, out var error))
            throw new KraitException(Title(source, error));
        var status = default(FileStatus);
        var isFile =
            FileStatus.TryRead(Path.Join(folder, answer), followLinks: false, out status) == FileError.None
            && status.Kind == FileKind.File;
        return isFile
            ? file
            : throw Wrong(source, "build-no-wheel", $"the backend reported `{file}`, but did not write that file");
    }

    private static void CheckName(WheelFileName file, BuildSource source)
    {
        if (source.Name is { } name && file.Name != name)
            throw Wrong(source, "wrong-name", $"the backend built `{file}`, which is not a wheel of `{name}`");
        if (source.Version is { } version && !IsSame(file.Version, version))
        {
            throw Wrong(
                source,
                "wrong-version",
                $"the backend built `{file}`, which is version {file.Version} and not {version}"
            );
        }
    }

    /// <summary>A build may add a local label to the version of its source (`1.0+cu128`).</summary>
    internal static bool IsSame(Version built, Version expected) =>
        built == expected || (expected.Local is null && built.WithoutLocal() == expected);

    private static CoreMetadata ReadMetadata(string path, WheelFileName file, BuildSource source, ArchiveLimits limits)
    {
        try
        {
            using var bytes = ByteSource.OpenFile(path);
            using var archive = ZipArchive.Open(new Borrowed(bytes), file.ToString(), limits);
            using var extractor = new ZipExtractor();
            var content =
                ReadEntry(archive, extractor, "METADATA", limits)
                ?? throw Wrong(source, "build-no-wheel", $"the wheel `{file}` that the backend built has no METADATA");
            if (!CoreMetadata.TryParse(content, out var metadata, out var error))
                throw new KraitException(Title(source, error));
            if (metadata.Name != file.Name || metadata.Version != file.Version)
            {
                throw Wrong(
                    source,
                    "wrong-name",
                    $"the backend built `{file}`, whose METADATA says `{metadata.Name} {metadata.Version}`"
                );
            }

            CheckTags(archive, extractor, file, source, limits);
            return metadata;
        }
        catch (UnsafeArchiveException e)
        {
            throw new KraitException(Title(source, e.In(file.ToString()).Diagnostic), e);
        }
    }

    /// <summary>The WHEEL file repeats the tags of the file name; when it has none of them, one of the two is a lie.</summary>
    private static void CheckTags(
        ZipArchive archive,
        ZipExtractor extractor,
        WheelFileName file,
        BuildSource source,
        ArchiveLimits limits
    )
    {
        if (ReadEntry(archive, extractor, "WHEEL", limits) is not { } content)
            throw Wrong(source, "build-no-wheel", $"the wheel `{file}` that the backend built has no WHEEL file");
        if (!WheelMetadata.TryParse(content, out var wheel, out var error))
            throw new KraitException(Title(source, error));
        var stated = wheel.Tags.SelectMany(Expand).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (stated.Count > 0 && !file.Tags.Any(tag => stated.Contains(tag.ToString() ?? "")))
        {
            throw Wrong(
                source,
                "build-wrong-tags",
                $"the backend built `{file}`, whose WHEEL file says `{SafeText.Escape(stated.Order(StringComparer.Ordinal).First())}`"
            );
        }
    }

    /// <summary>The single tags of a line, which some tools leave compressed (`py2.py3-none-any`).</summary>
    private static IEnumerable<string> Expand(string tag) =>
        tag.Split('-') is [var pythons, var abis, var platforms]
            ? from python in pythons.Split('.')
            from abi in abis.Split('.')
            from platform in platforms.Split('.')
            select $"{python}-{abi}-{platform}"
            : [tag];

    private static byte[]? ReadEntry(ZipArchive archive, ZipExtractor extractor, string name, ArchiveLimits limits)
    {
        foreach (var entry in archive.Entries)
        {
            var path = entry.Path.Value;
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var isFound =
                slash > 0
                && path[..slash].EndsWith(".dist-info", StringComparison.Ordinal)
                && string.Equals(path[(slash + 1)..], name, StringComparison.Ordinal);
            if (!isFound)
                continue;
            if (entry.Size > limits.MetadataSize)
                throw UnsafeArchiveException.Because("archive-bomb", $"its {name} has {entry.Size} bytes");
            using var content = new MemoryStream();
            extractor.Extract(archive, entry, piece => content.Write(piece.Span));
            return content.ToArray();
        }

        return null;
    }

    private static KraitException Wrong(BuildSource source, string code, string message) =>
        new(Title(source, new Diagnostic(code, message)));

    private static Diagnostic Title(BuildSource source, Diagnostic diagnostic) =>
        new(diagnostic.Code, $"failed to build {source.Title}: {diagnostic.Message}") { Notes = diagnostic.Notes };

    private sealed class Borrowed(ByteSource source) : ByteSource
    {
        public override long Length => source.Length;

        public override int Read(long offset, Span<byte> buffer) => source.Read(offset, buffer);
    }
}
