namespace Krait.Resolver.Solving;

/// <summary>What an incompatibility follows from.</summary>
internal enum CauseKind : byte
{
    /// <summary>The request: the root must be selected.</summary>
    Root,

    /// <summary>Versions of the first package need versions of the second.</summary>
    Dependency,

    /// <summary>A proxy stands for its distribution.</summary>
    Proxy,

    /// <summary>No usable version lies in the set.</summary>
    NoVersions,

    /// <summary>Something that only the caller can name, by the number it gave.</summary>
    External,

    /// <summary>Two older incompatibilities.</summary>
    Derived,
}
