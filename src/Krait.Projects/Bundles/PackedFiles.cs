using Krait.Archives.Bundles;
using Krait.Packaging.Names;

namespace Krait.Projects.Bundles;

/// <summary>The files of a bundle while it is packed: each once, whichever machines it is for.</summary>
internal sealed class PackedFiles
{
    private readonly SortedDictionary<string, PackedFile> files = new(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<PackedFile> All => files.Values;

    /// <summary>Adds a file. What is installed stays that, though builds need it, too.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(PackedFile file)
    {
        var name = Path.GetFileName(file.Path);
        if (files.TryGetValue(name, out var known) && known.Use is BundleUse.Install)
            return false;
        files[name] = file;
        return known is null;
    }

    /// <summary>The files of a package that are installed.</summary>
    public IEnumerable<PackedFile> Of(PackageName name, Version? version) =>
        files.Values.Where(file =>
            file.Use is BundleUse.Install && file.Project == name && (version is null || file.Version == version)
        );
}

/// <summary>A file of a bundle while it is packed.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Path">Where it is on disk.</param>
/// <param name="Use">What it is there for.</param>
internal sealed record PackedFile(PackageName Project, Version Version, string Path, BundleUse Use);
