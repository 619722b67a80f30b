using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;
using Krait.Packaging.Toml;
using Krait.Projects.Resolving;
using Krait.Resolver.Candidates;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>What a lock says of files and places, beside which versions there are.</summary>
internal sealed record LockFacts
{
    /// <summary>The directory of the lock, which paths in it start from.</summary>
    public required string Folder { get; init; }

    /// <summary>How files are chosen.</summary>
    public required ResolveOptions Options { get; init; }

    /// <summary>The indexes that manifests describe.</summary>
    public ImmutableArray<StatedIndex> Stated { get; init; } = [];

    /// <summary>What mirrors were asked in the place of which indexes.</summary>
    public required Mirrors Mirrors { get; init; }

    /// <summary>The hashes of files that nobody states any for, by URL or path.</summary>
    public ImmutableDictionary<string, ImmutableArray<FileHash>> ReadHashes { get; init; } =
        ImmutableDictionary<string, ImmutableArray<FileHash>>.Empty;

    /// <summary>What stands behind URLs and paths, by the text of the reference.</summary>
    public ImmutableDictionary<string, PylockPackage> Direct { get; init; } =
        ImmutableDictionary<string, PylockPackage>.Empty;

    /// <summary>What is remembered of local sources, by the name of the package.</summary>
    public ImmutableDictionary<string, string> Stamps { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What was asked for of commits that the lock keeps, where they are required by themselves now: by the commit.</summary>
    public ImmutableDictionary<string, string?> RequestedRevisions { get; init; } =
        ImmutableDictionary<string, string?>.Empty;

    /// <summary>Whether the lock may name a file: it is not too new, and of a kind that the settings allow.</summary>
    public bool IsUsable(PackageName name, IndexFile file)
    {
        if (Options.Cutoff.For(name) is { } cutoff && !(file.UploadTime <= cutoff))
            return false;
        return file.IsWheel ? Options.Files.AllowsWheels(name) : Options.Files.AllowsSdists(name);
    }

    /// <summary>What the page says of a file, else what was read from it.</summary>
    public ImmutableArray<FileHash> HashesOf(IndexFile file) => ReadHashes.GetValueOrDefault(file.Url, file.Hashes);

    /// <summary>The index of a version as the manifests write it, without credentials.</summary>
    public string? IndexOf(Candidate candidate) =>
        candidate.Page?.Address is not { } address ? null
        : SafeUrl.TryParse(address, out var url, out _) && url.IsFile ? Relative(url.LocalPath)
        : UserInfo.Remove(Mirrors.IndexOf(address));

    /// <summary>
    /// Whether a version may stay with the index that the lock has for it: no manifest says where it comes from now, so that the difference is
    /// one of this machine's settings.
    /// </summary>
    public bool MayKeepIndex(string? old, string? now) =>
        string.Equals(old, now, StringComparison.Ordinal) || (!IsStated(old) && !IsStated(now));

    /// <summary>Where a file of a version is: its address on the index that the lock names.</summary>
    public PylockFile Locate(Candidate candidate, string url) =>
        Locate(candidate.Page?.Address is { } address ? Mirrors.ToOriginal(url, address) : url);

    /// <summary>Where a file is: its address without credentials, or a path from the lock.</summary>
    public PylockFile Locate(string url)
    {
        var location = Location.Of(url);
        return location.TryGetLocalPath(Folder, out var path)
            ? new PylockFile { Path = Relative(path) }
            : new PylockFile { Url = UserInfo.Remove(location.WithoutFragment) };
    }

    /// <summary>A package behind a URL or path.</summary>
    public PylockPackage Describe(PylockPackage basic, DirectReference reference)
    {
        var found = Direct[reference.Url];
        return basic with
        {
            Version = found.Version,
            Vcs = found.Vcs,
            Directory = found.Directory,
            Archive = found.Archive,
        };
    }

    /// <summary>Adds what is remembered of a local source to the table of a package.</summary>
    public TomlTable Extend(PylockPackage package, TomlTable tool)
    {
        if (package.Directory is null || !Stamps.TryGetValue(package.Name, out var stamp))
            return tool;
        var own = tool.GetTable("krait") ?? new TomlTable();
        own.Add("metadata", stamp);
        return tool.GetTable("krait") is null ? tool.Add("krait", own) : tool;
    }

    private bool IsStated(string? index) =>
        index is not null
        && Stated.Any(stated =>
            string.Equals(Trimmed(UserInfo.Remove(stated.Address)), Trimmed(index), StringComparison.Ordinal)
        );

    private static string Trimmed(string address) => address.TrimEnd('/');

    /// <summary>A path of this machine as the lock writes it.</summary>
    public string PathOf(string path) => Relative(path);

    private string Relative(string path)
    {
        var relative = Path.GetRelativePath(Folder, path).Replace('\\', '/');
        return relative.Length == 0 ? "." : relative;
    }
}
