using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Resolver.Candidates;

/// <summary>A version that may be chosen, and the files that offer it.</summary>
public sealed class Candidate
{
    internal Candidate(PackageName name, Version version, IndexedPage page, int versionIndex)
    {
        Name = name;
        Version = version;
        Page = page;
        VersionIndex = versionIndex;
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

    /// <summary>The page that lists it; null for a direct reference.</summary>
    public IndexedPage? Page { get; }

    /// <summary>Its place on the page.</summary>
    public int VersionIndex { get; }

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

    /// <inheritdoc/>
    public override string ToString() => Direct is null ? $"{Name}=={Version}" : $"{Name} @ {Direct.Url}";
}
