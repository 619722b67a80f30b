namespace Krait.Index.SimpleApi;

/// <summary>Is shown how pages begin as they arrive, from any thread; it must neither wait nor throw.</summary>
/// <param name="index">The index.</param>
/// <param name="url">Where the page came from.</param>
/// <param name="page">The page in the JSON form: of a large one its first 256 KiB.</param>
public delegate void PageObserver(IndexLocation index, SafeUrl url, ReadOnlySpan<byte> page);
