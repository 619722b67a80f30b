namespace Krait.Resolver.Candidates;

/// <summary>Why a version cannot be used, or that it can. The more a version has, the later its reason stands here.</summary>
internal enum Usability : byte
{
    /// <summary>Not looked at yet.</summary>
    Unknown,

    /// <summary>All its files were uploaded after the cut-off.</summary>
    TooNew,

    /// <summary>It has only wheels, and the options allow none.</summary>
    NoBinary,

    /// <summary>It has no wheel for the target, and the options allow no source distribution.</summary>
    NoBuild,

    /// <summary>It has only wheels, and none for the target.</summary>
    NoCompatibleWheel,

    /// <summary>None of its files is for the Python of the target.</summary>
    OtherPython,

    /// <summary>None of its files has one of the required hashes.</summary>
    HashMismatch,

    /// <summary>It is yanked.</summary>
    Yanked,

    /// <summary>It can be used.</summary>
    Usable,
}
