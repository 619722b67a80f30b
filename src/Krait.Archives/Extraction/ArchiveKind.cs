namespace Krait.Archives.Extraction;

/// <summary>The forms of archives that source distributions come in.</summary>
public enum ArchiveKind
{
    /// <summary>`.tar.gz` or `.tgz`.</summary>
    TarGz,

    /// <summary>`.tar`.</summary>
    Tar,

    /// <summary>`.zip`.</summary>
    Zip,
}
