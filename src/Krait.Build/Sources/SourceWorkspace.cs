using System.Collections.Immutable;
using Krait.Archives;
using Krait.Archives.Extraction;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Build.Sources;

/// <summary>
/// The folder that the hooks of one build run in: the unpacked archive or a copy of the checkout, of this build alone, or the project's
/// own folder. Beside it there is room for what hooks make.
/// </summary>
public sealed class SourceWorkspace : IDisposable
{
    private const string Prefix = "build-";
    private readonly StagingFolder staging;

    private SourceWorkspace(StagingFolder staging, string projectFolder)
    {
        this.staging = staging;
        ProjectFolder = projectFolder;
    }

    /// <summary>The project's folder, with its pyproject.toml or setup.py.</summary>
    public string ProjectFolder { get; }

    /// <summary>What was odd about the archive.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; private init; } = [];

    /// <summary>Makes the folder ready.</summary>
    /// <param name="source">What is built.</param>
    /// <param name="cache">The cache, on whose file system builds run.</param>
    /// <param name="limits">How much an archive may hold.</param>
    /// <param name="cancellationToken">Ends the unpacking.</param>
    /// <exception cref="KraitException">The source cannot be unpacked, or has no project where it should be.</exception>
    public static SourceWorkspace Open(
        BuildSource source,
        CacheFolder cache,
        ArchiveLimits limits,
        CancellationToken cancellationToken
    )
    {
        var prepared = StagingFolder.Create(cache, Prefix);
        try
        {
            switch (source)
            {
                case BuildSource.Archive archive:
                    var unpacked = SourceArchive.Extract(
                        archive.Path,
                        archive.FileName,
                        prepared.Folder("source"),
                        limits,
                        cancellationToken
                    );
                    return new SourceWorkspace(prepared, ProjectIn(RootOf(unpacked), source))
                    {
                        Warnings = unpacked.Warnings,
                    };
                case BuildSource.Checkout checkout:
                    var copy = prepared.Folder("source");
                    TreeCopier.Copy(checkout.Path, copy, cancellationToken);
                    return new SourceWorkspace(prepared, ProjectIn(copy, source));
                default:
                    var folder = ((BuildSource.Folder)source).Path; // the only other kind
                    return new SourceWorkspace(prepared, ProjectIn(folder, source));
            }
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    /// <summary>An empty folder for what a step makes.</summary>
    public string MakeFolder(string name)
    {
        FolderTree.Remove(staging.At(name));
        return staging.Folder(name);
    }

    /// <inheritdoc/>
    public void Dispose() => staging.Dispose();

    /// <summary>The one folder that archives of sources have at their top, or the archive itself.</summary>
    private static string RootOf(UnpackedSource unpacked)
    {
        if (IsProject(unpacked.Folder))
            return unpacked.Folder;
        var folders = unpacked
            .TopNames.Select(name => Path.Join(unpacked.Folder, name))
            .Where(path =>
                FileStatus.TryRead(path, followLinks: false, out var status) == FileError.None
                && status.Kind == FileKind.Folder
            )
            .ToList();
        return folders switch
        {
            [var only] => only,
            _ when folders.Where(IsProject).ToList() is [var project] => project,
            _ => unpacked.Folder,
        };
    }

    private static string ProjectIn(string root, BuildSource source)
    {
        var folder = root;
        if (source.Subdirectory is { Length: > 0 } subdirectory)
        {
            folder = ContainedPath.TryJoin(root, subdirectory.Trim('/'), out var joined, out var error)
                ? joined
                : throw new KraitException(error);
            // A link of the archive or repository could lead anywhere.
            var real = SymbolicLinks.Resolve(folder);
            var isInside = real is not null && ContainedPath.Contains(SymbolicLinks.Resolve(root) ?? root, real);
            if (!isInside || !FolderTree.IsFolder(folder))
                throw new KraitException(NoFolder(source, subdirectory));
        }

        return IsProject(folder) ? folder : throw new KraitException(NoProject(source));
    }

    private static bool IsProject(string folder) =>
        FileStatus.Exists(Path.Join(folder, "pyproject.toml"), followLinks: true)
        || FileStatus.Exists(Path.Join(folder, "setup.py"), followLinks: true);

    private static Diagnostic NoFolder(BuildSource source, string subdirectory) =>
        new("no-project", $"`{source.Display}` has no directory `{SafeText.Escape(subdirectory)}`");

    private static Diagnostic NoProject(BuildSource source) =>
        new("no-project", $"`{source.Display}` is not a Python project: it has neither a pyproject.toml nor a setup.py")
        {
            Hints = source is BuildSource.Folder or { Subdirectory: not null }
                ? []
                : ["If the project is in a subdirectory, add `#subdirectory=PATH` to the URL"],
        };
}
