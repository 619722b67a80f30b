using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>A recorded part of the public index, read from a folder: pages and metadata as they were, no HTTP.</summary>
internal sealed class RecordedIndex
{
    private static readonly Lazy<RecordedIndex> CarriedIndex = new(UnpackCarried);

    private readonly string root;
    private readonly ConcurrentDictionary<PackageName, VersionsResponse> pages = [];
    private readonly ConcurrentDictionary<string, DependenciesResponse> metadata = [];

    private RecordedIndex(string root, string questions)
    {
        this.root = root;
        Requests = Path.Combine(questions, "workloads");
        Answers = Path.Combine(questions, "expected");
        Pages = Path.Combine(root, "simple");
    }

    public static string SharedFolder { get; } = FindShared();

    /// <summary>The recording.</summary>
    public static RecordedIndex Instance { get; } = Find();

    /// <summary>The few projects of the recording that the repository carries, whatever else is on this machine.</summary>
    public static RecordedIndex Carried => CarriedIndex.Value;

    /// <summary>The folder of recorded requests, `NAME.in`.</summary>
    public string Requests { get; }

    /// <summary>The folder of recorded answers, `NAME-PYTHON[-MODE].txt`.</summary>
    public string Answers { get; }

    /// <summary>The folder of recorded pages, `PROJECT/index.json`.</summary>
    public string Pages { get; }

    public VersionsResponse PageOf(PackageName name) => pages.GetOrAdd(name, ReadPage);

    public DependenciesResponse MetadataOf(Candidate candidate)
    {
        if (candidate.Wheel is not { } wheel)
            return new DependenciesResponse.Unavailable(new Diagnostic("no-metadata", $"{candidate} has no wheel"));
        return metadata.GetOrAdd($"{candidate.Name}/{wheel.FileName}", ReadMetadata);
    }

    private VersionsResponse ReadPage(PackageName name)
    {
        var file = Path.Combine(root, "simple", name.Value, "index.json");
        if (!File.Exists(file))
            return new VersionsResponse.NotFound(["recorded"]);
        var url = $"http://127.0.0.1/simple/{name}/";
        if (!ProjectPage.TryParseJson(File.ReadAllBytes(file), url, name, out var page, out var error))
            throw new InvalidDataException(error.Message);
        return new VersionsResponse.Found([new IndexedPage("recorded", page)]);
    }

    private DependenciesResponse ReadMetadata(string key)
    {
        var file = Path.Combine(root, "files", key + ".metadata");
        if (!File.Exists(file))
            return new DependenciesResponse.Unavailable(new Diagnostic("no-metadata", $"{key} is not recorded"));
        return CoreMetadata.TryParse(File.ReadAllBytes(file), out var parsed, out var error)
            ? new DependenciesResponse.Found(parsed)
            : new DependenciesResponse.Unavailable(error);
    }

    private static string FindShared() =>
        FindShared(AppContext.BaseDirectory) ?? FindShared(Environment.CurrentDirectory) ?? "";

    private static string? FindShared(string? start)
    {
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var candidate in new[] { Path.Combine(folder, "shared"), Path.Combine(folder, "..", "shared") })
            {
                if (Directory.Exists(Path.Combine(candidate, "scenarios")))
                    return Path.GetFullPath(candidate);
            }
        }

        return null;
    }

    /// <summary>The whole recording beside the checkout, unpacked once; else the few projects of it that the repository carries.</summary>
    private static RecordedIndex Find()
    {
        var snapshot = Path.Combine(SharedFolder, "pypi", "index.tar.xz");
        if (SharedFolder.Length == 0 || !File.Exists(snapshot))
            return Carried;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = Path.Combine(home, ".cache", "krait-pypi-resolver");
        var tree = Path.Combine(cache, "tree");
        if (!Directory.Exists(Path.Combine(tree, "simple")))
        {
            Directory.CreateDirectory(tree);
            using var tar = Process.Start("tar", ["-xJf", snapshot, "-C", tree]);
            tar.WaitForExit();
        }

        return new RecordedIndex(tree, Path.Combine(SharedFolder, "pypi"));
    }

    private static RecordedIndex UnpackCarried()
    {
        var tree = Directory.CreateTempSubdirectory("krait-recording-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(tree, recursive: true);
        ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "Recorded", "recording.zip"), tree);
        return new RecordedIndex(tree, tree);
    }
}

/// <summary>The recording as a source that answers at once, and counts.</summary>
internal sealed class RecordedSource(RecordedIndex index) : IPackageSource
{
    private int pages;
    private int metadata;

    public int Pages => pages;

    public int Metadata => metadata;

    public ConcurrentBag<string> Asked { get; } = [];

    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? pinned,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref pages);
        return ValueTask.FromResult(index.PageOf(name));
    }

    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref metadata);
        Asked.Add(candidate.ToString());
        return ValueTask.FromResult(index.MetadataOf(candidate));
    }

    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public VersionsResponse.Found? Recall(PackageName name, string? pinned) => null;

    public CoreMetadata? Recall(Candidate candidate) => null;

    public void Expect(PackageName name, string? pinned, VersionRanges range) { }
}
