namespace Krait.Index;

/// <summary>How an index is laid out.</summary>
public enum IndexKind
{
    /// <summary>One page for each project, at `URL/NAME/` (simple repository API).</summary>
    Simple,

    /// <summary>One folder, or one HTML page, with files of any projects.</summary>
    FindLinks,
}
