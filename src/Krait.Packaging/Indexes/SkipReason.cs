namespace Krait.Packaging.Indexes;

/// <summary>Why a file that an index lists is not offered, or a part of what it says about it is not used.</summary>
public enum SkipReason
{
    /// <summary>Neither a wheel nor a source distribution by its extension (`.egg`, `.exe`, `.asc`).</summary>
    NotADistribution,

    /// <summary>The file name is not a valid wheel's or source distribution's.</summary>
    InvalidFileName,

    /// <summary>The file belongs to another project by its name.</summary>
    OtherProject,

    /// <summary>The entry lacks its name or URL, or a part of it has the wrong type.</summary>
    Malformed,

    /// <summary>The same file name is listed more than once, with different URLs.</summary>
    Duplicate,

    /// <summary>The requires-python text cannot be read even leniently; the file is offered as if it had none.</summary>
    InvalidRequiresPython,
}
