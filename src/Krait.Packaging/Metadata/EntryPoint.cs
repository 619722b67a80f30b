using System.Collections.Immutable;

namespace Krait.Packaging.Metadata;

/// <summary>An entry point (entry points specification): a name in a group, and the object it stands for.</summary>
/// <param name="Group">The group (`console_scripts`).</param>
/// <param name="Name">The name, as written.</param>
/// <param name="Value">What the name stands for, as written (`package.module:object.attribute [extra]`).</param>
public sealed record EntryPoint(string Group, string Name, string Value)
{
    /// <summary>The module.</summary>
    public string Module { get; init; } = "";

    /// <summary>The path of attributes in the module; null for the module itself.</summary>
    public string? Attribute { get; init; }

    /// <summary>The extras, as written; installers pass over them.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>Whether the entry is a script without a console.</summary>
    public bool IsGui => Group is EntryPoints.GuiScripts;

    public bool Equals(EntryPoint? other) =>
        other is not null
        && string.Equals(Group, other.Group, StringComparison.Ordinal)
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && string.Equals(Value, other.Value, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Group, Name, Value);
}
