using Krait.Packaging.Requirements;

namespace Krait.Resolver.Requests;

/// <summary>A constraint or an override of the user.</summary>
/// <param name="Requirement">What it says.</param>
/// <param name="Place">How messages call its place: `constraints.txt:3`; null where it has none.</param>
public sealed record UserLimit(Requirement Requirement, string? Place = null)
{
    /// <summary>A limit that is written somewhere.</summary>
    public static UserLimit At(Requirement requirement, RequirementOrigin origin) =>
        new(
            requirement,
            origin is RequirementOrigin.InFile { Line: > 0 } line ? $"{line.File}:{line.Line}" : origin.ToString()
        );

    /// <summary>A limit of which nobody asks where it is written.</summary>
    public static implicit operator UserLimit(Requirement requirement) => FromRequirement(requirement);

    /// <summary>A limit of which nobody asks where it is written.</summary>
    public static UserLimit FromRequirement(Requirement requirement) => new(requirement);

    /// <summary>`` `flask>=3.1` (constraints.txt:4) ``</summary>
    public override string ToString() => Place is null ? $"`{Requirement}`" : $"`{Requirement}` ({Place})";
}
