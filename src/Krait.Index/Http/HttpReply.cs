using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Krait.Index.Http;

/// <summary>The head of an answer, and its body still to be read.</summary>
/// <param name="response">The framework's answer.</param>
/// <param name="url">Where it came from.</param>
/// <param name="turn">What lets the next request to the same origin go, once the body was read.</param>
internal sealed class HttpReply(HttpResponseMessage response, SafeUrl url, IDisposable? turn = null) : IDisposable
{
    /// <summary>Where the answer came from, after redirects.</summary>
    public SafeUrl Url { get; } = url;

    /// <summary>Whether some hop of it went over a connection whose certificate was not verified because the user exempted the host.</summary>
    public bool IsUnverified { get; init; }

    public int Status => (int)response.StatusCode;

    public bool IsSuccess => response.StatusCode is HttpStatusCode.OK;

    /// <summary>The length of the body, when it was told and the body is not compressed.</summary>
    public long? Length => response.Content.Headers.ContentLength;

    /// <summary>The media type in lower case, without parameters, or empty.</summary>
    public string MediaType => Header("Content-Type").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>`bytes 0-9/100` of a partial answer.</summary>
    public ContentRangeHeaderValue? Range => response.Content.Headers.ContentRange;

    /// <summary>Whether the end of the body can be told from a connection that broke.</summary>
    public bool HasKnownEnd =>
        Length is not null || response.Version.Major >= 2 || response.Headers.TransferEncodingChunked is true;

    public bool IsHttp2 => response.Version.Major >= 2;

    /// <summary>A header's value, repeated ones joined, or empty.</summary>
    public string Header(string name)
    {
        if (response.Headers.NonValidated.TryGetValues(name, out var values))
            return string.Join(", ", values);
        return response.Content.Headers.NonValidated.TryGetValues(name, out values) ? string.Join(", ", values) : "";
    }

    /// <summary>Whether the length was told more than once, or is no number: then nobody knows where the body ends.</summary>
    public bool HasAmbiguousLength =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths)
        && (lengths.Count > 1 || Length is null);

    /// <summary>How long the server asks to wait; nonsense and the past are not obeyed.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        var text = Header("Retry-After");
        const long VeryLong = 1_000_000_000;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(Math.Min(seconds, VeryLong));
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return TimeSpan.FromSeconds(VeryLong);
        return
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date > now
            ? date - now
            : null;
    }

    public Task<Stream> ReadAsync(CancellationToken cancellationToken) =>
        response.Content.ReadAsStreamAsync(cancellationToken);

    /// <summary>Lets the next request go; the body has been read, or will not be.</summary>
    public void EndTurn() => turn?.Dispose();

    public void Dispose()
    {
        response.Dispose();
        EndTurn();
    }
}
