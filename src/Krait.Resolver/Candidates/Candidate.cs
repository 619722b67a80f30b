using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>A version that may be chosen, and the files that offer it.</summary>
public sealed class Candidate
{
    internal Candidate(PackageName name, Version version, ImmutableArray<IndexRelease> releases)
    {
        Name = name;
        Version = version;
        Releases = releases;
    }

    internal Candidate(InstalledVersion installed)
    {
        Name = installed.Name;
        Version = installed.Version;
        IsInstalled = true;
    }

    internal Candidate(PackageName name, Version version, DirectReference direct)
    {
        Name = name;
        Version = version;
        Direct = direct;
    }

    /// <summary>The project.</summary>
    public PackageName Name { get; }

    /// <summary>The version.</summary>
    public Version Version { get; }

    /// <summary>Whether it is what the environment has, which stays as it is.</summary>
    public bool IsInstalled { get; }

    /// <summary>Everything that indexes list of it; empty for a direct reference, and for what stays.</summary>
    public ImmutableArray<IndexRelease> Releases { get; } = [];

    /// <summary>The page with the file to use; null for a direct reference, and for what stays.</summary>
    public IndexedPage? Page =>
        (Wheel ?? Sdist) is { } file ? PageOf(file)
        : Releases.IsEmpty ? null
        : Releases[0].Page;

    /// <summary>The URL or path that it comes from; null for a version of an index.</summary>
    public DirectReference? Direct { get; }

    /// <summary>
    /// The wheel to install, or, where none fits the target and a source distribution is to be built, one to read metadata
    /// from: all wheels of a version share their metadata.
    /// </summary>
    public IndexFile? Wheel { get; internal init; }

    /// <summary>Whether <see cref="Wheel"/> can be installed on the target.</summary>
    public bool IsWheelInstallable { get; internal init; }

    /// <summary>The source distribution, if it may be used.</summary>
    public IndexFile? Sdist { get; internal init; }

    /// <summary>Whether a chosen file is yanked.</summary>
    public bool IsYanked { get; internal init; }

    /// <summary>The Pythons that it says it supports, as far as is known; null where nothing is.</summary>
    internal SpecifierSet? RequiresPython { get; set; }

    /// <summary>The Pythons that it has wheels for, where it has no source distribution and they are not all; null otherwise.</summary>
    internal VersionRanges? WheelPythons { get; init; }

    /// <summary>The page that lists one of its files.</summary>
    private IndexedPage PageOf(IndexFile file)
    {
        foreach (var release in Releases)
        {
            if (ReferenceEquals(release.Page.Page, file.Page))
                return release.Page;
        }

        throw new UnreachableException();
    }

    /// <inheritdoc/>
    public override string ToString() => Direct is null ? $"{Name}=={Version}" : $"{Name} @ {Direct.Url}";
}
