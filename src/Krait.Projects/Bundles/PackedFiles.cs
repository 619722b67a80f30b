using Krait.Archives.Bundles;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Projects.Bundles;

/// <summary>The files of a bundle while it is packed: each once, whichever machines it is for.</summary>
internal sealed class PackedFiles
{
    private readonly SortedDictionary<string, PackedFile> files = new(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<PackedFile> All => files.Values;

    /// <summary>Adds a file. A file that is installed stays marked so, even if a build needs it, too.</summary>
    /// <exception cref="KraitException">Another project has a file of this name, and a bundle has one place for both.</exception>
    public void Add(PackedFile file)
    {
        var name = Path.GetFileName(file.Path);
        if (files.TryGetValue(name, out var known) && known.Project != file.Project)
        {
            throw new KraitException(
                new Diagnostic(
                    "same-file-name",
                    $"cannot pack `{known.Project}` and `{file.Project}` together: both come from a file named `{name}`"
                )
            );
        }

        if (known?.Use is not BundleUse.Install)
            files[name] = file;
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
