namespace Krait.Index.SimpleApi;

/// <summary>Is shown pages as they arrive, from any thread; it must neither wait nor throw.</summary>
/// <param name="index">The index.</param>
/// <param name="url">Where the page came from.</param>
/// <param name="page">The page in the JSON form.</param>
public delegate void PageObserver(IndexLocation index, SafeUrl url, ReadOnlySpan<byte> page);
