namespace Krait.Archives.Tar;

/// <summary>The kinds of members that a source archive may have.</summary>
internal enum TarKind
{
    File,
    Folder,
    SymbolicLink,

    /// <summary>Another name for an earlier file of the archive.</summary>
    HardLink,
}
