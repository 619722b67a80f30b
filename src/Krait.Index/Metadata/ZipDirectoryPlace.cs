namespace Krait.Index.Metadata;

/// <summary>Where a ZIP archive's directory is.</summary>
/// <param name="Start">Its offset in the archive.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Count">How many entries it has.</param>
internal readonly record struct ZipDirectoryPlace(long Start, long Length, long Count);
