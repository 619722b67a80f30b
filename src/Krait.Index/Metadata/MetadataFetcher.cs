using Krait.Archives;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Text;

namespace Krait.Index.Metadata;

/// <summary>
/// Gets the METADATA of a file from the cheapest place that has it: the file beside it (PEP 658), a part of the wheel, the whole wheel.
/// </summary>
internal sealed class MetadataFetcher(HttpFetcher fetcher, RangeReader? ranges, DownloadClient downloads)
{
    /// <summary>The content of METADATA, or why there is none.</summary>
    /// <param name="Content">The content.</param>
    /// <param name="Problem">Why not.</param>
    public sealed record Outcome(byte[]? Content, Diagnostic? Problem);

    /// <summary>Gets the METADATA of a file.</summary>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public async Task<Outcome> FetchAsync(IndexFile file, IndexLocation location, CancellationToken cancellationToken)
    {
        var request = DownloadRequest.For(file, location);
        if (file.HasMetadataFile && !request.Url.IsFile)
        {
            if (file.MetadataHashProblem is { } problem)
                throw DownloadRequest.Unverifiable(file.FileName + ".metadata", location, problem);
            if (await FetchBesideAsync(file, request, cancellationToken) is { } content)
                return new Outcome(content, Problem: null);
        }

        if (ranges is null || request.Url.IsFile || request.Size < RangeReader.NotWorthParts)
            return ReadWhole(await downloads.GetAsync(request, progress: null, cancellationToken));
        var part = await ranges.ReadAsync(request, cancellationToken);
        if (part.Metadata is not null)
            return new Outcome(part.Metadata, Problem: null);
        try
        {
            return ReadWhole(part.Whole ?? await downloads.GetAsync(request, progress: null, cancellationToken));
        }
        catch (KraitException e) when (e.InnerException is HttpFailure { Status: 404 or 410 })
        {
            // The page still lists a file that was deleted: the index has other versions. A refusal (401, 403) is everybody's.
            return new Outcome(null, e.Diagnostic);
        }
    }

    /// <summary>The metadata file; null when the server does not have it after all.</summary>
    private Task<byte[]?> FetchBesideAsync(IndexFile file, DownloadRequest request, CancellationToken cancellationToken)
    {
        var url = request.Url.WithEscapedPlus().WithSuffix(".metadata");
        return fetcher.FetchAsync(
            new HttpQuery(url, request.LinkedFrom),
            MetadataEntry.LargestSize,
            async (reply, readAsync) =>
            {
                if (!reply.IsSuccess)
                    return null;
                using var body = await readAsync();
                // Without a promised hash a portal's page must not pass for metadata.
                if (file.MetadataHash is null && reply.MediaType is "text/html")
                    return null;
                Verify(file, url, body.Span);
                return body.Span.ToArray();
            },
            cancellationToken
        );
    }

    private static void Verify(IndexFile file, SafeUrl url, ReadOnlySpan<byte> content)
    {
        if (file.MetadataHash is not { } expected)
            return;
        using var hasher = FileHashers.Create(expected.Algorithm, expected.Digest.Length);
        hasher.Append(content);
        var actual = FileHash.Create(expected.Algorithm, hasher.Finish());
        if (actual.Equals(expected))
            return;
        throw new KraitException(
            new Diagnostic("hash-mismatch", $"the hash of the metadata of `{file.FileName}` does not match")
            {
                Source = url.ToString(),
                Notes = [$"expected {expected}", $"received {actual}"],
            }
        );
    }

    private static Outcome ReadWhole(DownloadedFile file)
    {
        try
        {
            using var source = file.OpenContent();
            return new Outcome(MetadataEntry.FindIn(source), Problem: null);
        }
        catch (UnsafeArchiveException e)
        {
            var diagnostic = new Diagnostic("damaged-wheel", $"cannot read the metadata of `{file.FileName}`");
            return new Outcome(null, diagnostic with { Cause = e.Diagnostic });
        }
        finally
        {
            file.Leave();
        }
    }
}
