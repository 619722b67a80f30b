namespace Krait.Packaging.Markers;

/// <summary>What a node of the decision diagram asks.</summary>
internal enum MarkerVariableKind
{
    /// <summary>Which text is the variable.</summary>
    Text,

    /// <summary>Does the comparison hold, whose outcomes for other values tell nothing (`platform_release >= '9'`).</summary>
    Opaque,

    /// <summary>In which range of versions does the variable lie.</summary>
    Version,

    /// <summary>Is the variable a part of the text (`sys_platform in 'linux darwin'`).</summary>
    PartOf,

    /// <summary>Is the text a part of the variable (`'linux' in sys_platform`).</summary>
    Contains,

    /// <summary>Is the extra being installed.</summary>
    Extra,

    /// <summary>Is the name a member of the set (`'test' in dependency_groups`).</summary>
    Member,
}
