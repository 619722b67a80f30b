namespace Krait.Archives.Deflate;

/// <summary>How an <see cref="Inflater"/> ended.</summary>
public enum InflateOutcome
{
    /// <summary>The stream's final block ended.</summary>
    Complete,

    /// <summary>The input ended inside the stream.</summary>
    Truncated,

    /// <summary>The stream breaks the format.</summary>
    Corrupt,

    /// <summary>The stream holds more than it may.</summary>
    TooLong,
}
