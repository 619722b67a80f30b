using System.Collections.Immutable;

namespace Krait.Health.Documents;

/// <summary>Results as JUnit knows them.</summary>
/// <param name="Name">What they are the results of.</param>
/// <param name="Cases">The results.</param>
public sealed record JUnitSuite(string Name, ImmutableArray<JUnitCase> Cases)
{
    /// <summary>How long all of it took; null where that is not known.</summary>
    public double? Seconds { get; init; }
}

/// <summary>One result.</summary>
/// <param name="ClassName">The group that it belongs to.</param>
/// <param name="Name">What it is the result of.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record JUnitCase(string ClassName, string Name, double Seconds)
{
    /// <summary>What went wrong, or why it was left out; none for a success.</summary>
    public ImmutableArray<JUnitProblem> Problems { get; init; } = [];

    /// <summary>What was written meanwhile.</summary>
    public string? Output { get; init; }

    /// <summary>Whether there is a problem of a kind.</summary>
    internal bool Has(JUnitKind kind) => Problems.Any(problem => problem.Kind == kind);
}

/// <summary>Why a result is not a success.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">The reason, in a line.</param>
public sealed record JUnitProblem(JUnitKind Kind, string Message)
{
    /// <summary>A word for the reason.</summary>
    public string? Type { get; init; }

    /// <summary>Everything else that is known about it.</summary>
    public string? Text { get; init; }
}

/// <summary>What a result is that is not a success.</summary>
public enum JUnitKind
{
    /// <summary>What was tried failed.</summary>
    Failure,

    /// <summary>It could not be tried, or ended in a way that it should not.</summary>
    Error,

    /// <summary>It was left out.</summary>
    Skipped,
}
