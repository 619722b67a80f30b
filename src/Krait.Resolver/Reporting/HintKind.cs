namespace Krait.Resolver.Reporting;

/// <summary>What kind of help a hint gives.</summary>
public enum HintKind
{
    /// <summary>A pre-release fits, but the options forbid it.</summary>
    Prerelease,

    /// <summary>The target's Python is too old.</summary>
    Python,

    /// <summary>No wheel fits the target.</summary>
    Wheel,

    /// <summary>Only yanked versions fit.</summary>
    Yanked,

    /// <summary>The network is off.</summary>
    Offline,

    /// <summary>The first index that knows a name stopped the search.</summary>
    FirstIndex,

    /// <summary>Wheels are forbidden.</summary>
    NoBinary,

    /// <summary>Source distributions are forbidden.</summary>
    NoBuild,

    /// <summary>Versions are newer than the cut-off.</summary>
    Cutoff,

    /// <summary>The name may be misspelled.</summary>
    Name,

    /// <summary>An index refused to answer.</summary>
    Denied,

    /// <summary>No file has a required hash.</summary>
    Hash,

    /// <summary>What to change in a request whose parts do not fit together.</summary>
    NextStep,

    /// <summary>What is said with the reason itself.</summary>
    Other,
}
