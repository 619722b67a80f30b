namespace Krait.Packaging.Lockfiles;

/// <summary>What is installed of a package of a pylock.toml.</summary>
/// <param name="Package">The package.</param>
public abstract record PylockChoice(PylockPackage Package)
{
    /// <summary>A revision of a repository.</summary>
    public sealed record FromVcs(PylockPackage Package, PylockRepository Repository) : PylockChoice(Package);

    /// <summary>A folder.</summary>
    public sealed record FromFolder(PylockPackage Package, PylockFolder Folder) : PylockChoice(Package);

    /// <summary>An archive of sources.</summary>
    public sealed record FromArchive(PylockPackage Package, PylockFile File) : PylockChoice(Package);

    /// <summary>A source distribution.</summary>
    public sealed record FromSdist(PylockPackage Package, PylockFile File) : PylockChoice(Package);

    /// <summary>A wheel.</summary>
    public sealed record FromWheel(PylockPackage Package, PylockFile File) : PylockChoice(Package);
}
