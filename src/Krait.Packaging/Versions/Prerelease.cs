namespace Krait.Packaging.Versions;

/// <summary>The pre-release part of a version (`rc1`).</summary>
/// <param name="Kind">Alpha, beta or release candidate.</param>
/// <param name="Number">The number after it; 0 where none is written.</param>
public readonly record struct Prerelease(PrereleaseKind Kind, ulong Number)
{
    /// <summary>`a`, `b` or `rc`.</summary>
    public string Letter =>
        Kind switch
        {
            PrereleaseKind.Alpha => "a",
            PrereleaseKind.Beta => "b",
            _ => "rc",
        };
}
