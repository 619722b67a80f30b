namespace Krait.Index.Http;

/// <summary>What a run asked of the network and of the cache; may be read at any time.</summary>
public sealed class NetworkCounters
{
    private long requests;
    private long bytes;
    private long connections;
    private long handshakes;
    private long lookups;
    private long retries;
    private long redirects;
    private long notModified;
    private long freshHits;
    private long metadataHits;
    private long cacheFailures;

    /// <summary>Requests that were sent, repetitions and redirects included.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Bytes of bodies that were received, as they came over the wire.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Connections that were made.</summary>
    public long Connections => Interlocked.Read(ref connections);

    /// <summary>TLS handshakes that were completed.</summary>
    public long Handshakes => Interlocked.Read(ref handshakes);

    /// <summary>Host names that were looked up.</summary>
    public long Lookups => Interlocked.Read(ref lookups);

    /// <summary>Requests that were repeated after a failure.</summary>
    public long Retries => Interlocked.Read(ref retries);

    /// <summary>Redirects that were followed.</summary>
    public long Redirects => Interlocked.Read(ref redirects);

    /// <summary>Pages that the server confirmed to be unchanged.</summary>
    public long NotModified => Interlocked.Read(ref notModified);

    /// <summary>Pages that were taken from the cache without asking.</summary>
    public long FreshHits => Interlocked.Read(ref freshHits);

    /// <summary>Core metadata that was taken from the cache.</summary>
    public long MetadataHits => Interlocked.Read(ref metadataHits);

    /// <summary>Cache entries that could not be written.</summary>
    public long CacheFailures => Interlocked.Read(ref cacheFailures);

    internal void CountRequest() => Interlocked.Increment(ref requests);

    internal void CountBytes(int bytes) => Interlocked.Add(ref this.bytes, bytes);

    internal void CountConnection() => Interlocked.Increment(ref connections);

    internal void CountHandshake() => Interlocked.Increment(ref handshakes);

    internal void CountLookup() => Interlocked.Increment(ref lookups);

    internal void CountRetry() => Interlocked.Increment(ref retries);

    internal void CountRedirect() => Interlocked.Increment(ref redirects);

    internal void CountNotModified() => Interlocked.Increment(ref notModified);

    internal void CountFreshHit() => Interlocked.Increment(ref freshHits);

    internal void CountMetadataHit() => Interlocked.Increment(ref metadataHits);

    internal void CountCacheFailure() => Interlocked.Increment(ref cacheFailures);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Requests} requests, {Bytes} bytes, {Connections} connections, {Retries} repeated; "
        + $"{FreshHits} pages and {MetadataHits} metadata from the cache, {NotModified} pages unchanged";
}
