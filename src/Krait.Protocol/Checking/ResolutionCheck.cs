using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Checking;

/// <summary>
/// Whether an answer may be believed. It must be to the question that was asked, and fresh; its files must be of its versions and have
/// digests; and the client's own resolver, which gets to see nothing but the versions of the answer and what the client knows by itself,
/// must come to the same result. So every rule is checked by the code that applies it: roots, constraints, overrides, exclusions, markers,
/// extras, Pythons, tags, pre-releases, yanks, cut-offs and indexes. As there is one version of almost everything, that takes as long
/// as reading the requirements does.
/// </summary>
/// <param name="query">The question.</param>
/// <param name="known">What the client knows by itself; the more, the fewer lies are possible.</param>
public sealed class ResolutionCheck(ResolveQuery query, IKnownProjects known)
{
    /// <summary>The largest serial number that the index stated before: it must not go back.</summary>
    public long LastSerial { get; init; }

    /// <summary>The client's time; null where it does not ask how old an answer is.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>How old an answer may be.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Checks an answer.</summary>
    public async Task<CheckedAnswer> RunAsync(ResolutionAnswer answer, CancellationToken cancellationToken)
    {
        if (FindProblem(answer) is { } problem)
            return Refuse(problem);
        if (AnswerSource.TryCreate(answer, known, out var wrong) is not { } source)
            return Refuse(wrong ?? "it cannot be read");
        var request = query.Request with { Lookahead = LookaheadOptions.None };
        var outcome = await new PythonResolver(source).ResolveAsync(request, cancellationToken);
        if (source.Doubt is { } doubt)
            return Refuse(doubt);
        if (outcome is not ResolutionOutcome.Solved { Resolution: var resolution })
            return Refuse("it does not satisfy the request");
        return FindDifference(answer, resolution) is { } difference
            ? Refuse(difference)
            : new CheckedAnswer.Sound(resolution);
    }

    /// <summary>
    /// What is wrong with an answer before anything is resolved: it is to another question, too old, or not in form; null for nothing. Enough for
    /// who resolves with the shards that the answer names, and needs the answer for their names only.
    /// </summary>
    public string? FindProblem(ResolutionAnswer answer) =>
        FindEcho(answer) ?? FindStale(answer) ?? FindForm(answer) ?? FindIndex(answer);

    /// <summary>The answer must be to this question, by this resolver.</summary>
    private string? FindEcho(ResolutionAnswer answer) =>
        answer.Request != query.Digest ? "it is the answer to another request"
        : !string.Equals(answer.Engine, ProtocolNames.Engine, StringComparison.Ordinal) ? "it is of another resolver"
        : answer.Outcome is not AnswerOutcome.Solved ? "it has no solution"
        : null;

    /// <summary>An index that goes back, or stands still, withholds something.</summary>
    private string? FindStale(ResolutionAnswer answer)
    {
        if (answer.Serial < LastSerial)
            return "the index is older than it was before";
        if (Now is not { } now)
            return null;
        // Clocks differ by a little.
        return now - answer.Time > MaxAge || answer.Time - now > TimeSpan.FromHours(1)
            ? "it is too old, or from the future"
            : null;
    }

    private static string? FindForm(ResolutionAnswer answer)
    {
        var consulted = answer.Consulted.Select(pair => pair.Project).ToHashSet();
        if (consulted.Count < answer.Consulted.Length)
            return "it names a shard twice";
        if (answer.Packages.FirstOrDefault(package => !consulted.Contains(package.Name)) is { } missing)
            return $"it does not say which shard of `{missing.Name}` it is from";
        var isSorted = answer
            .Packages.Zip(answer.Packages.Skip(1))
            .All(pair => (pair.First.Name, pair.First.Version).CompareTo((pair.Second.Name, pair.Second.Version)) < 0);
        return isSorted ? null : "its packages are not in order";
    }

    private string? FindIndex(ResolutionAnswer answer)
    {
        foreach (var package in answer.Packages)
        {
            var isPinned = query.Pins.TryGetValue(package.Name, out var pin);
            var isAllowed = isPinned
                ? string.Equals(pin, package.Index, StringComparison.Ordinal)
                : query.Indexes.IsEmpty || query.Indexes.Contains(package.Index, StringComparer.Ordinal);
            if (!isAllowed)
                return $"`{package.Name}` is from the wrong index";
        }

        return null;
    }

    /// <summary>What the answer says otherwise than the client's own resolver: more or fewer packages, other versions, markers, extras or edges.</summary>
    public static string? FindDifference(ResolutionAnswer answer, Resolution resolution)
    {
        if (answer.Packages.Length != resolution.Packages.Length)
            return "it has packages that nothing needs";
        for (var i = 0; i < answer.Packages.Length; i++)
        {
            var (stated, own) = (answer.Packages[i], resolution.Packages[i]);
            if (stated.Name != own.Name || stated.Version != own.Version)
                return $"it has `{stated.Name}` {stated.Version} in place of `{own.Name}` {own.Version}";
            if (stated.Marker != own.Marker)
                return $"`{stated.Name}` is needed elsewhere";
            if (!stated.Extras.SequenceEqual(own.Extras))
                return $"other extras of `{stated.Name}` are needed";
            if (!stated.Depends.SequenceEqual(AnswerPackage.DependsOf(own, resolution)))
                return $"`{stated.Name}` needs other packages";
        }

        return null;
    }

    private static CheckedAnswer.Refused Refuse(string reason) =>
        new(new Diagnostic("resolution-refused", $"the answer of the index is not used: {reason}"));
}
