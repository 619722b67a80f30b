namespace Krait.Resolver.Requests;

/// <summary>What a universal resolution optimizes where Python versions differ.</summary>
public enum ForkStrategy
{
    /// <summary>The newest version of each package on each Python: forks where a version needs a newer Python.</summary>
    RequiresPython,

    /// <summary>As few versions as possible: takes an older version that supports all Pythons.</summary>
    Fewest,
}
