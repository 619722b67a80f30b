namespace Krait.Packaging.Metadata;

/// <summary>How the values of a field are held.</summary>
internal enum MetadataFieldKind
{
    /// <summary>One text.</summary>
    Text,

    /// <summary>Any number of texts.</summary>
    List,

    /// <summary>Label and URL pairs.</summary>
    Pairs,

    /// <summary>One text that lists keywords with commas between them.</summary>
    Keywords,
}
