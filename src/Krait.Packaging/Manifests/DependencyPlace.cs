using Krait.Packaging.Names;

namespace Krait.Packaging.Manifests;

/// <summary>A list of requirements in a manifest: the dependencies of the project, those of an extra, or those of a group.</summary>
/// <param name="Kind">Which kind of list it is.</param>
/// <param name="Name">The extra or group; null for the dependencies.</param>
public sealed record DependencyPlace(DependencyKind Kind, ExtraName? Name)
{
    /// <summary>What the project or script itself requires.</summary>
    public static DependencyPlace Main { get; } = new(DependencyKind.Main, Name: null);

    /// <summary>The group for development.</summary>
    public static DependencyPlace Development { get; } = OfGroup(ExtraName.Parse("dev"));

    /// <summary>What an extra requires.</summary>
    public static DependencyPlace OfExtra(ExtraName name) => new(DependencyKind.Extra, name);

    /// <summary>What a group requires.</summary>
    public static DependencyPlace OfGroup(ExtraName name) => new(DependencyKind.Group, name);

    /// <summary>What messages call it.</summary>
    public override string ToString() =>
        Kind switch
        {
            DependencyKind.Extra => $"the extra `{Name}`",
            DependencyKind.Group => $"the group `{Name}`",
            _ => "`dependencies`",
        };
}

/// <summary>The kinds of lists of requirements.</summary>
public enum DependencyKind
{
    /// <summary>`project.dependencies`, or the `dependencies` of a script.</summary>
    Main,

    /// <summary>An entry of `project.optional-dependencies`.</summary>
    Extra,

    /// <summary>An entry of `dependency-groups`.</summary>
    Group,
}
