namespace Krait.Index.Http;

/// <summary>What kind of failure an attempt at a request had.</summary>
internal enum HttpFailureKind
{
    /// <summary>An answer cannot be read.</summary>
    DamagedAnswer,

    /// <summary>An answer is longer than what is read.</summary>
    AnswerTooLarge,

    /// <summary>A file is longer than what is downloaded.</summary>
    FileTooLarge,

    /// <summary>A file came without content.</summary>
    EmptyFile,

    /// <summary>A file is not the one that was expected.</summary>
    HashMismatch,

    /// <summary>A page came in the place of a file.</summary>
    HtmlInsteadOfFile,

    /// <summary>The server answered with a status that is no success.</summary>
    Status,

    /// <summary>A page is not one of an index.</summary>
    InvalidIndexPage,

    /// <summary>The connection could not be made, or broke.</summary>
    Network,

    /// <summary>Something took too long.</summary>
    Timeout,

    /// <summary>The proxy failed.</summary>
    Proxy,

    /// <summary>The certificate of the server was refused.</summary>
    Certificate,
}

/// <summary>The codes of the kinds.</summary>
internal static class HttpFailureKinds
{
    /// <summary>The code of a diagnostic about a failure.</summary>
    public static string CodeOf(HttpFailureKind kind) =>
        kind switch
        {
            HttpFailureKind.DamagedAnswer => "answer-damaged",
            HttpFailureKind.AnswerTooLarge => "answer-too-large",
            HttpFailureKind.FileTooLarge => "file-too-large",
            HttpFailureKind.EmptyFile => "empty-file",
            HttpFailureKind.HashMismatch => "hash-mismatch",
            HttpFailureKind.HtmlInsteadOfFile => "html-instead-of-file",
            HttpFailureKind.Status => "http-status",
            HttpFailureKind.InvalidIndexPage => "invalid-index-page",
            HttpFailureKind.Network => "network",
            HttpFailureKind.Timeout => "network-timeout",
            HttpFailureKind.Proxy => "proxy",
            HttpFailureKind.Certificate => "tls-verification",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
        };
}
