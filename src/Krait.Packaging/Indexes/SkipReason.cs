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

    /// <summary>The entry's name or URL is too long.</summary>
    TooLong,

    /// <summary>The same file name is listed more than once, with different URLs.</summary>
    Duplicate,

    /// <summary>The requires-python text cannot be read even leniently; the file is offered as if it had none.</summary>
    InvalidRequiresPython,

    /// <summary>The entry is not a JSON object.</summary>
    NotAnObject,

    /// <summary>The entry has no file name, or one that is not a text.</summary>
    WrongFileName,

    /// <summary>The entry has no URL, or one that is not a text.</summary>
    WrongUrl,

    /// <summary>`requires-python` is not a text.</summary>
    WrongRequiresPython,

    /// <summary>`yanked` is neither a boolean nor a text.</summary>
    WrongYanked,

    /// <summary>`hashes` is not an object of texts.</summary>
    WrongHashes,

    /// <summary>`core-metadata` is not an object of texts.</summary>
    WrongMetadata,
}
