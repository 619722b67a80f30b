namespace Krait.Archives.Tar;

/// <summary>One member of a tar archive, as its headers agree on it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its path, not checked yet; without a final `/`.</param>
/// <param name="LinkTarget">What a link points to; else empty.</param>
/// <param name="Size">How many bytes follow; only files have any.</param>
/// <param name="IsExecutable">Whether anyone may execute it.</param>
/// <param name="Modified">When it was changed last, in seconds since 1970.</param>
internal sealed record TarMember(
    TarKind Kind,
    string Name,
    string LinkTarget,
    long Size,
    bool IsExecutable,
    long Modified
);
