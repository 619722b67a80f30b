using System.Buffers;
using System.Globalization;
using System.Text;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Text;

namespace Krait.Index.Downloads;

/// <summary>The attempts of a transfer: goes on where one broke off, when the server can prove that the file is still the same.</summary>
internal sealed class TransferAttempts(
    HttpSender sender,
    HttpOptions options,
    Retrying retrying,
    NetworkCounters counters,
    TimeProvider clock
)
{
    private const long LargestFile = 64L * 1024 * 1024 * 1024;
    private const int ReadSize = 128 * 1024;

    /// <summary>A transfer that broke off counts as progress from this on: one that brings a few bytes each time would never end.</summary>
    private const int LeastProgress = 64 * 1024;

    /// <summary>Attempts a transfer until it is complete.</summary>
    /// <returns>Facts about the last answer, for an error about the content.</returns>
    /// <exception cref="Packaging.Text.KraitException">All attempts failed.</exception>
    public Task<IReadOnlyList<string>> RunAsync(Transfer transfer, CancellationToken cancellationToken) =>
        retrying.RunAsync(
            transfer.Request.Url,
            (previous, token) => AttemptAsync(transfer, previous, token),
            cancellationToken
        );

    /// <summary>Takes the body of an answer that is at hand, and attempts the rest should it break.</summary>
    /// <returns>Facts about the last answer, for an error about the content.</returns>
    /// <exception cref="Packaging.Text.KraitException">All attempts failed.</exception>
    public Task<IReadOnlyList<string>> RunAsync(Transfer transfer, HttpReply reply, CancellationToken cancellationToken)
    {
        HttpReply? atHand = reply;
        return retrying.RunAsync(
            transfer.Request.Url,
            (previous, token) =>
                Interlocked.Exchange(ref atHand, null) is { } first
                    ? ReceiveAsync(transfer, first, token)
                    : AttemptAsync(transfer, previous, token),
            cancellationToken
        );
    }

    /// <summary>One attempt: asks for what is missing, and takes it.</summary>
    /// <returns>Facts about the answer, for an error about the content.</returns>
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
        else if (transfer.Known is { } known)
        {
            headers.AddRange(known.Policy.Validators());
        }

        var query = new HttpQuery(request.Url.WithEscapedPlus(), request.LinkedFrom) { Headers = headers };
        using var reply = await sender.SendAsync(query, cancellationToken);
        retrying.ThrowIfTransient(reply);
        if (reply.Status == 304 && transfer.Known is not null)
            return Confirm(transfer, reply);
        if (isResumed && reply.Status == 206 && IsContinuation(reply, transfer.Sink.Length))
            return await ReceiveAsync(transfer, reply, cancellationToken);
        transfer.Sink.Reset();
        if (isResumed && reply.Status is 206 or 416)
        {
            transfer.Validator = "";
            throw new HttpFailure(
                HttpFailureKind.Network,
                "the server did not resume the transfer where it had stopped"
            );
        }

        if (!reply.IsSuccess)
            throw Refused(request, reply);
        return await ReceiveAsync(transfer, reply, cancellationToken);
    }

    /// <summary>A 304 is about the file that is known, or it is asked for without a condition.</summary>
    private IReadOnlyList<string> Confirm(Transfer transfer, HttpReply reply)
    {
        var known = transfer.Known!; // the caller has seen it
        transfer.Known = null;
        transfer.IsUnchanged = known.Policy.IsConfirmedBy(reply);
        if (!transfer.IsUnchanged)
        {
            throw new HttpFailure(HttpFailureKind.Network, "the server confirmed another version of the file")
            {
                IsImmediate = true,
            };
        }

        var confirmation = PagePolicy.Read(reply, transfer.Request.Url, clock.GetUtcNow());
        transfer.Policy = known.Policy.Renew(confirmation);
        return [];
    }

    /// <summary>Takes the body of an answer.</summary>
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
        transfer.IsUnverified |= reply.IsUnverified;
        transfer.Policy = PagePolicy.Read(reply, transfer.Request.Url, clock.GetUtcNow());
        transfer.Progress?.Report(new DownloadEvent.Started(transfer.Request.FileName, total));
        var before = sink.Length;
        try
        {
            await CopyAsync(transfer, reply, total, cancellationToken);
        }
        catch (Exception e) when (HttpFailure.From(e, transfer.Request.Url.Host) is { } failure)
        {
            throw Continued(failure, transfer, sink.Length - before, total);
        }

        if (sink.Length == 0 && transfer.Request.Size is null)
            throw new HttpFailure(HttpFailureKind.EmptyFile, "the server sent an empty file") { IsFinal = true };
        var encoding = reply.Header("Content-Encoding");
        return encoding.Length == 0
            ? []
            : [$"the server sent it with the encoding `{encoding}`, which was not requested"];
    }

    private async Task CopyAsync(Transfer transfer, HttpReply reply, long? total, CancellationToken cancellationToken)
    {
        var sink = transfer.Sink;
        var limit = transfer.Request.Size ?? Math.Min(total ?? options.UnsizedFileLimit, LargestFile);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        using var reader = new BodyReader(reply, options, counters, cancellationToken);
        try
        {
            while (await reader.ReadAsync(buffer) is var read and > 0)
            {
                if (sink.Length == 0)
                    RefuseHtml(transfer.Request, reply, buffer.AsSpan(0, read));
                if (sink.Length + read > limit)
                {
                    throw transfer.Request.Size is { } size
                        ? sink.WrongSize(size, sink.Length + read)
                        : TooLarge(limit);
                }

                sink.Append(buffer.AsSpan(0, read));
                transfer.Progress?.Report(new DownloadEvent.Advanced(transfer.Request.FileName, sink.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static HttpFailure TooLarge(long limit) =>
        new(
            HttpFailureKind.FileTooLarge,
            $"the server did not say how long the file is, and sent more than {SizeText.Of(limit)}"
        )
        {
            IsFinal = true,
        };

    /// <summary>A login page, or the page of an outage, in place of a wheel: to say that its hash is wrong would help nobody.</summary>
    private static void RefuseHtml(DownloadRequest request, HttpReply reply, ReadOnlySpan<byte> start)
    {
        if (!request.FileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
            return;
        if (start.StartsWith("\uFEFF"u8))
            start = start[3..];
        start = start.TrimStart(" \t\r\n"u8);
        var isHtml =
            start.Length > 5
            && (Ascii.EqualsIgnoreCase(start[..5], "<!doc"u8) || Ascii.EqualsIgnoreCase(start[..5], "<html"u8));
        if (!isHtml)
            return;
        throw new HttpFailure(HttpFailureKind.HtmlInsteadOfFile, "the server sent an HTML page instead of the wheel")
        {
            IsFinal = true,
            Notes = reply.Url.Equals(request.Url.WithEscapedPlus()) ? [] : [$"redirected to `{reply.Url}`"],
            Hints = ["It may be a login page or an error page: open the URL in a browser to see it"],
        };
    }

    /// <summary>The failure of a transfer: says how much came, and keeps it when the rest can be asked for.</summary>
    private static HttpFailure Continued(HttpFailure failure, Transfer transfer, long received, long? total)
    {
        var isKept = received > 0 && transfer.Validator.Length > 0;
        var length = transfer.Sink.Length;
        if (received > 0 && !isKept)
            transfer.Sink.Reset();
        var cut = total is { } whole ? $", after {length} of {whole} bytes" : $", after {length} bytes";
        return new HttpFailure(failure.Kind, failure.Reason + (failure.IsFinal ? "" : cut), failure)
        {
            IsProtocol = failure.IsProtocol,
            Origin = failure.Origin,
            IsFinal = failure.IsFinal,
            MadeProgress = isKept && received >= LeastProgress,
            Notes = failure.Notes,
            Hints = failure.Hints,
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

    /// <summary>
    /// A file that is not given to us. A refusal (401, 403) is meant for who asks, not for the file: to go on with other versions would
    /// install an older one without a word, and may lock an account.
    /// </summary>
    private static HttpFailure Refused(DownloadRequest request, HttpReply reply)
    {
        var isDenied = reply.Status is 401 or 403;
        return HttpFailure.OfStatus(
            reply,
            isDenied && request.LinkedFrom is { } index
                ? [$"`{request.FileName}` is listed by the index `{index}`"]
                : [],
            isDenied
                ?
                [
                    $"Check the credentials for `{request.Url.Host}`: in the URL of the index, in netrc, or with {Control.KeyringProvider.With("subprocess")}",
                ]
                : []
        );
    }
}
