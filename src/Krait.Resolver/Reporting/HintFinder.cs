using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Reporting;

/// <summary>Says why versions cannot be used, and finds what would make them usable.</summary>
internal sealed class HintFinder(ResolutionSession session, ForkEnvironment environment)
{
    private const int FewIndexes = 4;

    private readonly List<Hint> found = [];
    private readonly Dictionary<PackageName, PythonSupport> pythons = [];

    public ImmutableArray<Hint> Found => [.. found.Distinct()];

    /// <summary>Why a version cannot be used; null when it can, or is not known.</summary>
    public static string? ReasonFor(
        ResolutionSession session,
        ForkEnvironment environment,
        PackageName name,
        Version version
    ) =>
        session.Memory.Peek(name, environment) is { } known && known.IndexOf(version) is >= 0 and var index
            ? new HintFinder(session, environment).Explain(known, index)
            : null;

    /// <summary>Why nothing is known about a name.</summary>
    public string ExplainMissing(KnownVersions known)
    {
        switch (known.Response)
        {
            case VersionsResponse.NotFound missing:
                if (!missing.Suggestions.IsEmpty)
                {
                    Add(
                        HintKind.Name,
                        known.Name,
                        $"Did you mean {Words.Join(missing.Suggestions.Select(s => $"`{s}`"), "or")}"
                    );
                }

                return missing.Indexes.IsEmpty ? "was not found" : $"was not found on {Listed(missing.Indexes)}";
            case VersionsResponse.Denied denied:
                Add(
                    HintKind.Denied,
                    known.Name,
                    $"Check the credentials for {denied.Index}: in its URL, in netrc, or with {Control.KeyringProvider.With("subprocess")}"
                );
                return denied.Status == 401
                    ? $"cannot be looked up: {denied.Index} requires other credentials (401)"
                    : $"cannot be looked up: {denied.Index} denied access ({denied.Status})";
            case VersionsResponse.Offline:
                Add(HintKind.Offline, known.Name, "Allow the network once, so that the cache learns about it");
                return "is not in the cache, and the network is off";
            default:
                Add(HintKind.Offline, known.Name, $"Name an index, or a directory of files with {Control.FindLinks}");
                return "cannot be resolved: there is no index";
        }
    }

    /// <summary>A few places by name: an accelerator may have an index for each of its many versions.</summary>
    private static string Listed(ImmutableArray<string> indexes) =>
        indexes.Length <= FewIndexes
            ? Words.Join(indexes, "or")
            : $"{string.Join(", ", indexes[..(FewIndexes - 1)])} or {indexes.Length - FewIndexes + 1} more";

    /// <summary>The unusable versions among those that are needed, by reason, newest reason first.</summary>
    public IEnumerable<(ImmutableArray<Version> Versions, string Reason)> ExplainUnusable(
        KnownVersions known,
        List<VersionRanges> needed
    )
    {
        var byReason = new Dictionary<string, List<Version>>(StringComparer.Ordinal);
        for (var i = known.Count - 1; i >= 0; i--)
        {
            var version = known.VersionAt(i);
            if (!needed.TrueForAll(range => range.Contains(version)) || Explain(known, i) is not { } reason)
                continue;
            if (!byReason.TryGetValue(reason, out var versions))
                byReason.Add(reason, versions = []);
            if (!versions.Contains(version))
                versions.Add(version);
        }

        if (known.Response is VersionsResponse.Found { HiddenIndexes: { IsEmpty: false } hidden })
        {
            var text =
                $"`{known.Name}` is also on {Words.Join(hidden, "and")}, which is not asked because an earlier index has it";
            Add(HintKind.FirstIndex, known.Name, text);
        }

        return byReason.Select(pair => (pair.Value.Order().ToImmutableArray(), pair.Key));
    }

    private string? Explain(KnownVersions known, int index)
    {
        var version = known.VersionAt(index);
        switch (session.Selector.Judge(known, index))
        {
            case Usability.TooNew:
                var cutoff = session.Request.Cutoff.For(known.Name)!.Value; // something is too new only for a cut-off
                var day = cutoff.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                Add(HintKind.Cutoff, known.Name, $"Move the upload cut-off, or lift it for `{known.Name}`");
                return $"was uploaded after the cut-off of {day}";
            case Usability.NoBinary:
                Add(
                    HintKind.NoBinary,
                    known.Name,
                    $"Allow wheels of `{known.Name}`: it has no usable source distribution"
                );
                return "has only wheels, and wheels are not allowed";
            case Usability.NoBuild:
                Add(HintKind.NoBuild, known.Name, $"Allow building `{known.Name}`, or choose a version with a wheel");
                return "has no wheel for the target, and building is not allowed";
            case Usability.NoCompatibleWheel:
                return ExplainWheels(known, index);
            case Usability.OtherPython:
                return ExplainPython(known, index);
            case Usability.HashMismatch:
                Add(HintKind.Hash, known.Name, $"Add a hash of the version of `{known.Name}` that you want");
                return "has no file with one of the required hashes";
            case Usability.Yanked:
                Add(HintKind.Yanked, known.Name, $"To take a yanked version, pin it: `{known.Name}=={version}`");
                return ExplainYank(known, index);
            default:
                return ExplainPython(known, index) ?? ExplainPrerelease(known, version);
        }
    }

    private string? ExplainPython(KnownVersions known, int index) =>
        known.CandidateAt(index) is { } candidate
            ? ExplainPython(known.Name, session.Supports.Excluding(candidate, environment), known)
            : null;

    /// <summary>Why a version does not run on the target; null where it does.</summary>
    public string? ExplainPython(PackageName name, PythonSupport? support, KnownVersions? known = null)
    {
        if (support is null)
            return null;
        var lowest = environment.LowestPython.Version;
        AddPython(name, support, known);
        if (support.Specifiers is null)
            return $"has wheels only for Python {support.Ranges}, and Pythons from {lowest} on must work";
        return environment.IsUniversal
            ? $"needs Python {support.Specifiers}, and Pythons from {lowest} on must work"
            : $"needs Python {support.Specifiers}, and the target is {lowest}";
    }

    /// <summary>The lowest Python that would do, and the newest version that would do without.</summary>
    private void AddPython(PackageName name, PythonSupport support, KnownVersions? known)
    {
        if (pythons.TryGetValue(name, out var earlier) && !IsNearer(support, earlier))
            return;
        pythons[name] = support;
        var python =
            !IsTooNew(support) ? $"Python {support.Specifiers?.ToString() ?? support.Ranges.ToString()}"
            : support.IsLowerIncluded ? $"Python {support.Lower} or newer"
            : $"a Python above {support.Lower}";
        var step = environment.IsUniversal ? $"Support only {python}" : $"Use {python}";
        var older =
            known is not null && NewestFor(known) is { } version
                ? $", or allow `{name}=={version}`, the newest that runs on {environment.LowestPython.Version}"
                : "";
        found.RemoveAll(hint => hint.Kind == HintKind.Python && hint.Name.Equals(name));
        Add(HintKind.Python, name, step + older);
    }

    /// <summary>Whether a version needs a newer Python than the target has, rather than another one.</summary>
    private bool IsTooNew(PythonSupport support) => support.Lower?.CompareTo(environment.LowestPython.Version) > 0;

    /// <summary>Whether a version runs on a Python nearer to the target than another version does.</summary>
    private bool IsNearer(PythonSupport support, PythonSupport other) =>
        IsTooNew(support) && (!IsTooNew(other) || support.Lower!.CompareTo(other.Lower) < 0); // what is too new has a bound

    /// <summary>The newest usable version that runs on the target.</summary>
    private Version? NewestFor(KnownVersions known)
    {
        for (var i = known.Count - 1; i >= 0; i--)
        {
            var isUsable =
                session.Selector.Judge(known, i) == Usability.Usable
                && !known.VersionAt(i).IsPrerelease
                && known.CandidateAt(i) is { } candidate
                && session.Supports.Excluding(candidate, environment) is null;
            if (isUsable)
                return known.VersionAt(i);
        }

        return null;
    }

    private string? ExplainPrerelease(KnownVersions known, Version version)
    {
        if (
            !version.IsPrerelease
            || session.Request.Prereleases.For(known.Name) is PrereleaseMode.Allow or PrereleaseMode.IfNecessary
        )
        {
            return null;
        }

        Add(
            HintKind.Prerelease,
            known.Name,
            $"Allow pre-releases of `{known.Name}`: `{known.Name}=={version}` would fit"
        );
        return "is a pre-release, which is not allowed";
    }

    /// <summary>Hints that a diagnostic brings along.</summary>
    public void AddFrom(PackageName name, Diagnostic diagnostic)
    {
        foreach (var hint in diagnostic.Hints)
            found.Add(new Hint(HintKind.Other, name, hint));
    }

    private static string ExplainYank(KnownVersions known, int index)
    {
        var reason = YankedReason.Of(known.FilesOf(index));
        return reason is null ? "is yanked" : $"is yanked ({reason})";
    }

    private string ExplainWheels(KnownVersions known, int index)
    {
        var wheels = known.FilesOf(index).Where(file => file.IsWheel).Select(file => file.Wheel).ToList();
        if (wheels.Count == 0)
            return "has no usable files";
        var tags = (session.Request.Target as ResolutionTarget.Specific)?.Tags;
        var gap = WheelGap.Of(wheels, tags, environment.LowestPython.Version);
        var other = gap.Mismatch == TagMismatch.Platform ? "a platform" : "a Python";
        Add(HintKind.Wheel, known.Name, $"Choose {other} that it has wheels for, or other versions of `{known.Name}`");
        var source = known.FilesOf(index).Any(file => !file.IsWheel)
            ? ", and its source distribution may not be built"
            : " and no source distribution";
        return $"has no wheel for {gap.What} (only for {gap.Listed}){source}";
    }

    private void Add(HintKind kind, PackageName name, Remedy text)
    {
        // One of a kind for a name: versions that differ in nothing else would repeat it.
        if (!found.Exists(hint => hint.Kind == kind && hint.Name.Equals(name)))
            found.Add(new Hint(kind, name, text));
    }
}
