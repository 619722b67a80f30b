using System.Buffers;
using System.Globalization;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>Fetches whole files: goes on where a broken transfer stopped, when the server can prove that the file is still the same.</summary>
internal sealed class Downloader(
    HttpSender sender,
    HttpOptions options,
    Retrying retrying,
    NetworkCounters counters,
    CacheFolder cache
)
{
    private const long LargestFile = 64L * 1024 * 1024 * 1024;
    private const int ReadSize = 128 * 1024;

    /// <summary>Fetches a file.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public async Task<DownloadedFile> FetchAsync(
        DownloadRequest request,
        Action? forget,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        if (request.Url.IsFile)
            return OpenLocal(request);
        using var sink = new DownloadSink(cache, request);
        var transfer = new Transfer(request, sink, progress);
        var notes = await retrying.RunAsync(
            request.Url,
            (previous, token) => AttemptAsync(transfer, previous, token),
            cancellationToken
        );
        return Finish(transfer, notes, forget);
    }

    /// <summary>Takes the body of an answer that turned out to be the whole file, and fetches the rest should it break.</summary>
    public async Task<DownloadedFile> TakeAsync(
        HttpReply reply,
        DownloadRequest request,
        Action? forget,
        CancellationToken cancellationToken
    )
    {
        using var sink = new DownloadSink(cache, request);
        var transfer = new Transfer(request, sink, Progress: null);
        var isFirst = true;
        var notes = await retrying.RunAsync(
            request.Url,
            (previous, token) =>
            {
                var isTaking = isFirst;
                isFirst = false;
                return isTaking ? ReceiveAsync(transfer, reply, token) : AttemptAsync(transfer, previous, token);
            },
            cancellationToken
        );
        return Finish(transfer, notes, forget);
    }

    private static DownloadedFile Finish(Transfer transfer, IReadOnlyList<string> notes, Action? forget)
    {
        var file = transfer.Sink.Finish(notes, forget);
        transfer.Progress?.Report(new DownloadEvent.Finished(file.FileName, file.Size));
        return file;
    }

    private async Task<IReadOnlyList<string>> AttemptAsync(
        Transfer transfer,
        HttpFailure? previous,
        CancellationToken cancellationToken
    )
    {
        var request = transfer.Request;
        if (previous is { IsProtocol: true })
            sender.Downgrade(previous.Origin ?? request.Url.Origin);
        if (previous is not null)
            transfer.Progress?.Report(new DownloadEvent.Repeated(request.FileName, previous.Reason));
        var headers = new List<(string Name, string Value)> { ("Accept-Encoding", "identity") };
        var isResumed = transfer.Sink.Length > 0 && transfer.Validator.Length > 0;
        if (isResumed)
        {
            headers.Add(("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={transfer.Sink.Length}-")));
            headers.Add(("If-Range", transfer.Validator));
        }

        var query = new HttpQuery(request.Url, request.LinkedFrom) { Headers = headers };
        using var reply = await sender.SendAsync(query, cancellationToken);
        retrying.ThrowIfTransient(reply);
        if (isResumed && reply.Status == 206 && IsContinuation(reply, transfer.Sink.Length))
            return await ReceiveAsync(transfer, reply, cancellationToken);
        transfer.Sink.Reset();
        if (isResumed && reply.Status is 206 or 416)
        {
            transfer.Validator = "";
            throw new HttpFailure("network", "the server did not go on where the transfer had stopped");
        }

        if (!reply.IsSuccess)
            throw Refused(request, reply);
        return await ReceiveAsync(transfer, reply, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ReceiveAsync(
        Transfer transfer,
        HttpReply reply,
        CancellationToken cancellationToken
    )
    {
        var sink = transfer.Sink;
        var total = reply.Length + sink.Length;
        if (transfer.Request.Size is { } size && total is { } told && told != size)
            throw sink.WrongSize(size, told);
        transfer.Validator = ValidatorOf(reply);
        transfer.Progress?.Report(new DownloadEvent.Started(transfer.Request.FileName, total));
        var limit = transfer.Request.Size ?? LargestFile;
        var before = sink.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        using var reader = new BodyReader(reply, options, counters, cancellationToken);
        try
        {
            while (await reader.ReadAsync(buffer) is var read and > 0)
            {
                if (sink.Length + read > limit)
                    throw sink.WrongSize(limit, sink.Length + read);
                sink.Append(buffer.AsSpan(0, read));
                transfer.Progress?.Report(new DownloadEvent.Advanced(transfer.Request.FileName, sink.Length));
            }
        }
        catch (Exception e) when (sink.Length > before && HttpFailure.From(e, transfer.Request.Url.Host) is { } failure)
        {
            throw Continued(failure, transfer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var encoding = reply.Header("Content-Encoding");
        return encoding.Length == 0 ? [] : [$"the server sent it with the encoding `{encoding}`, unasked"];
    }

    /// <summary>The failure of a transfer that brought something: what came is kept when the rest can be asked for.</summary>
    private static HttpFailure Continued(HttpFailure failure, Transfer transfer)
    {
        var isKept = transfer.Validator.Length > 0;
        if (!isKept)
            transfer.Sink.Reset();
        return new HttpFailure(failure.Code, failure.Reason, failure)
        {
            IsProtocol = failure.IsProtocol,
            Origin = failure.Origin,
            IsFinal = failure.IsFinal,
            MadeProgress = isKept,
        };
    }

    private static bool IsContinuation(HttpReply reply, long offset) =>
        reply.Range is { Unit: "bytes" } range
        && range.From == offset
        && (range.Length is null || range.To == range.Length - 1);

    /// <summary>A strong ETag, or a date of last change (RFC 9110, section 13.1.5).</summary>
    private static string ValidatorOf(HttpReply reply)
    {
        if (reply.Header("Accept-Ranges") is "none")
            return "";
        var tag = reply.Header("ETag");
        if (tag.Length > 0)
            return tag.StartsWith("W/", StringComparison.Ordinal) ? "" : tag;
        return reply.Header("Last-Modified");
    }

    private static HttpFailure Refused(DownloadRequest request, HttpReply reply) =>
        new("http-status", $"the server answered {StatusText.Of(reply.Status)}")
        {
            IsFinal = true,
            Status = reply.Status,
            Hints = reply.Status is 401 or 403
                ?
                [
                    $"Give a user name and a password for `{request.Url.Host}` in the index URL, in netrc, or by `--keyring-provider subprocess`",
                ]
                : [],
        };

    /// <summary>
    /// A file of the user's, opened once, so that what is hashed is what is used: a small one is read into memory, a large one is hashed
    /// where it is. It is never moved or removed.
    /// </summary>
    private DownloadedFile OpenLocal(DownloadRequest request)
    {
        var file = SteadyFile.Open(request.Url.LocalPath);
        try
        {
            if (file.Length > DownloadSink.LargestInMemory)
            {
                using var check = new HashCheck(request);
                file.Settle();
                Read(file, check.Append);
                return new DownloadedFile(request, check.Verify([]), check.Length, file);
            }

            using var sink = new DownloadSink(cache, request);
            Read(file, sink.Append);
            file.Dispose();
            return sink.Finish([], forget: null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Read(SteadyFile file, Action<ReadOnlySpan<byte>> append)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            long offset = 0;
            while (RandomAccess.Read(file.Handle, buffer, offset) is var count and > 0)
            {
                append(buffer.AsSpan(0, count));
                offset += count;
            }
        }
        catch (IOException e)
        {
            throw FileSystemException.From("read", file.Path, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A download through all its attempts.</summary>
    private sealed record Transfer(DownloadRequest Request, DownloadSink Sink, IProgress<DownloadEvent>? Progress)
    {
        public string Validator { get; set; } = "";
    }
}
