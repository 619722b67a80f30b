namespace Krait.Index.Http;

/// <summary>What a run asked of the network and of the cache; may be read at any time.</summary>
public sealed class NetworkCounters
{
    private long _requests;
    private long _bytes;
    private long _connections;
    private long _handshakes;
    private long _lookups;
    private long _retries;
    private long _redirects;
    private long _notModified;
    private long _freshHits;
    private long _metadataHits;
    private long _cacheFailures;

    /// <summary>Requests that were sent, repetitions and redirects included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Bytes of bodies that were received, as they came over the wire.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Connections that were made.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>TLS handshakes that were completed.</summary>
    public long Handshakes => Interlocked.Read(ref _handshakes);

    /// <summary>Host names that were looked up.</summary>
    public long Lookups => Interlocked.Read(ref _lookups);

    /// <summary>Requests that were repeated after a failure.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Redirects that were followed.</summary>
    public long Redirects => Interlocked.Read(ref _redirects);

    /// <summary>Pages that the server confirmed to be unchanged.</summary>
    public long NotModified => Interlocked.Read(ref _notModified);

    /// <summary>Pages that were taken from the cache without asking.</summary>
    public long FreshHits => Interlocked.Read(ref _freshHits);

    /// <summary>Core metadata that was taken from the cache.</summary>
    public long MetadataHits => Interlocked.Read(ref _metadataHits);

    /// <summary>Cache entries that could not be written.</summary>
    public long CacheFailures => Interlocked.Read(ref _cacheFailures);

    internal void CountRequest() => Interlocked.Increment(ref _requests);

    internal void CountBytes(int bytes) => Interlocked.Add(ref _bytes, bytes);

    internal void CountConnection() => Interlocked.Increment(ref _connections);

    internal void CountHandshake() => Interlocked.Increment(ref _handshakes);

    internal void CountLookup() => Interlocked.Increment(ref _lookups);

    internal void CountRetry() => Interlocked.Increment(ref _retries);

    internal void CountRedirect() => Interlocked.Increment(ref _redirects);

    internal void CountNotModified() => Interlocked.Increment(ref _notModified);

    internal void CountFreshHit() => Interlocked.Increment(ref _freshHits);

    internal void CountMetadataHit() => Interlocked.Increment(ref _metadataHits);

    internal void CountCacheFailure() => Interlocked.Increment(ref _cacheFailures);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Requests} requests, {Bytes} bytes, {Connections} connections, {Retries} repeated; "
        + $"{FreshHits} pages and {MetadataHits} metadata from the cache, {NotModified} pages unchanged";
}
