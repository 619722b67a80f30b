namespace Krait.Packaging.Versions;

/// <summary>The three kinds of pre-release that PEP 440 knows, in their order.</summary>
public enum PrereleaseKind
{
    /// <summary>`a`.</summary>
    Alpha,

    /// <summary>`b`.</summary>
    Beta,

    /// <summary>`rc`.</summary>
    Candidate,
}
