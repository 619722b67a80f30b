using System.Collections.Immutable;

namespace Krait.Packaging.Text;

/// <summary>
/// What is wrong, where, why, and what to do next: the one shape in which every error and warning of Krait travels.
/// The message is one sentence without a final period; literals stand in backticks. Notes are facts, hints are actions. Credentials in URLs
/// are masked here, whoever wrote the text.
/// </summary>
/// <param name="Code">A stable kebab-case word, which programs find in the JSON form of docs/errors.md (`hash-mismatch`).</param>
/// <param name="Message">One sentence, no final period.</param>
public sealed record Diagnostic(string Code, string Message)
{
    /// <summary>One sentence, no final period.</summary>
    public string Message
    {
        get;
        init => field = UrlRedaction.Apply(value);
    } = UrlRedaction.Apply(Message);

    /// <summary>Facts that explain the message, one sentence each.</summary>
    public ImmutableArray<string> Notes
    {
        get;
        init => field = Redact(value);
    } = [];

    /// <summary>What the reader can do next, one sentence each.</summary>
    public ImmutableArray<Remedy> Hints
    {
        get;
        init => field = [.. value.Select(remedy => remedy.Redacted())];
    } = [];

    /// <summary>The choice of the user that makes it impossible: a front end adds to the message that it is set, in its own words.</summary>
    public ControlKind? Because { get; init; }

    /// <summary>The file or URL that the error is in, when it is in one.</summary>
    public string? Source
    {
        get;
        init => field = value is null ? null : UrlRedaction.Apply(value);
    }

    /// <summary>The 1-based line in <see cref="Source"/>, or 0 when unknown.</summary>
    public int Line { get; init; }

    /// <summary>The text that was being read and the part of it that is wrong, for a caret line.</summary>
    public SourceSpan? Span
    {
        get;
        init => field = value?.Redacted();
    }

    /// <summary>The diagnostic of what caused this one, for the chain that follows the first line.</summary>
    public Diagnostic? Cause { get; init; }

    /// <summary>What it is about, for code that looks for it among others: the code is for programs that read our output.</summary>
    public DiagnosticTopic Topic { get; init; }

    /// <summary>The name of the package that it is about, when it is about one.</summary>
    public string? Package { get; init; }

    /// <summary>The version of <see cref="Package"/>, when it is about one.</summary>
    public string? Version { get; init; }

    /// <summary>The URL that it is about, where <see cref="Source"/> is none.</summary>
    public string? Url
    {
        get;
        init => field = value is null ? null : UrlRedaction.Apply(value);
    }

    /// <summary>The path of the environment that it is about, when it is about one.</summary>
    public string? Environment { get; init; }

    /// <summary>This diagnostic, about a package.</summary>
    public Diagnostic About(string package, string? version = null) =>
        this with
        {
            Package = package,
            Version = version,
        };

    /// <summary>This diagnostic, placed in a file or URL.</summary>
    public Diagnostic In(string source, int line = 0) => this with { Source = source, Line = line };

    /// <inheritdoc/>
    public override string ToString() => Message;

    private static ImmutableArray<string> Redact(ImmutableArray<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Contains('@', StringComparison.Ordinal))
                return [.. texts.Select(UrlRedaction.Apply)];
        }

        return texts;
    }
}
