using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Tags;
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
                    $"Check the credentials for {denied.Index}: in its URL, in netrc, or with `--keyring-provider subprocess`"
                );
                return denied.Status == 401
                    ? $"cannot be looked up: {denied.Index} requires other credentials (401)"
                    : $"cannot be looked up: {denied.Index} denied access ({denied.Status})";
            case VersionsResponse.Offline:
                Add(HintKind.Offline, known.Name, "Allow the network once, so that the cache learns about it");
                return "is not in the cache, and the network is off";
            default:
                Add(HintKind.Offline, known.Name, "Name an index or a folder of files to look in");
                return "cannot be looked up: there is no index";
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
            ? ExplainPython(known.Name, session.Supports.Of(candidate), known)
            : null;

    /// <summary>Why the target is too old for a version; null where it is not.</summary>
    public string? ExplainPython(PackageName name, PythonSupport? support, KnownVersions? known = null)
    {
        if (support is null || support.Allows(environment.LowestPython))
            return null;
        var lowest = environment.LowestPython.Version;
        AddPython(name, support, known);
        return environment.IsUniversal
            ? $"needs Python {support.Specifiers}, and Pythons from {lowest} on must work"
            : $"needs Python {support.Specifiers}, and the target is {lowest}";
    }

    /// <summary>The lowest Python that would do, and the newest version that would do without.</summary>
    private void AddPython(PackageName name, PythonSupport support, KnownVersions? known)
    {
        if (pythons.TryGetValue(name, out var lowest) && lowest.Lower!.CompareTo(support.Lower) <= 0)
            return; // who refuses has a bound
        pythons[name] = support;
        var python = support.IsLowerIncluded ? $"Python {support.Lower} or newer" : $"a Python above {support.Lower}";
        var step = environment.IsUniversal ? $"Support only {python}" : $"Use {python}";
        var older =
            known is not null && NewestFor(known) is { } version
                ? $", or allow `{name}=={version}`, the newest that runs on {environment.LowestPython.Version}"
                : "";
        found.RemoveAll(hint => hint.Kind == HintKind.Python && hint.Name.Equals(name));
        Add(HintKind.Python, name, step + older);
    }

    /// <summary>The newest usable version whose Requires-Python allows the target.</summary>
    private Version? NewestFor(KnownVersions known)
    {
        for (var i = known.Count - 1; i >= 0; i--)
        {
            var isUsable =
                session.Selector.Judge(known, i) == Usability.Usable
                && !known.VersionAt(i).IsPrerelease
                && known.CandidateAt(i) is { } candidate
                && session.Supports.Of(candidate)?.Allows(environment.LowestPython) != false;
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
    public void AddFrom(PackageName name, Packaging.Text.Diagnostic diagnostic)
    {
        foreach (var hint in diagnostic.Hints)
            found.Add(new Hint(HintKind.Other, name, hint));
    }

    private static string ExplainYank(KnownVersions known, int index)
    {
        var reason = known
            .FilesOf(index)
            .Select(file => file.YankedReason)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        return reason is null ? "is yanked" : $"is yanked ({reason.Trim()})";
    }

    private string ExplainWheels(KnownVersions known, int index)
    {
        var wheels = known.FilesOf(index).Where(file => file.IsWheel).Select(file => file.Wheel).ToList();
        if (wheels.Count == 0)
            return "has no usable files";
        var tags = (session.Request.Target as ResolutionTarget.Specific)?.Tags;
        // What fits in most respects tells most.
        var mismatch = wheels.Max(wheel => tags?.Check(wheel).Mismatch ?? TagMismatch.Python);
        if (mismatch == TagMismatch.Abi && !wheels.Exists(IsForTarget))
            mismatch = TagMismatch.Python;
        var close = wheels.Where(wheel => (tags?.Check(wheel).Mismatch ?? TagMismatch.Python) >= mismatch);
        var (what, have) = mismatch switch
        {
            TagMismatch.Platform => ("this platform", close.SelectMany(wheel => wheel.PlatformTags)),
            TagMismatch.Abi => ("this Python's binary interface", close.SelectMany(wheel => wheel.AbiTags)),
            _ => ("this Python", close.SelectMany(wheel => wheel.PythonTags)),
        };
        var listed = have.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var more = listed.Count > 4 ? $" and {listed.Count - 4} more" : "";
        var list = string.Join(", ", listed.Take(4).Select(tag => $"`{tag}`"));
        Add(
            HintKind.Wheel,
            known.Name,
            $"Choose {what switch { "this platform" => "a platform", _ => "a Python" }} that it has wheels for, or other versions of `{known.Name}`"
        );
        var source = known.FilesOf(index).Any(file => !file.IsWheel)
            ? ", and its source distribution may not be built"
            : " and no source distribution";
        return $"has no wheel for {what} (only for {list}{more}){source}";
    }

    /// <summary>Whether a wheel names the target's own Python: then what keeps it away is not the version.</summary>
    private bool IsForTarget(WheelFileName wheel)
    {
        var python = environment.LowestPython.Version;
        return wheel.PythonTags.Contains($"cp{python.Major}{python.Minor}", StringComparer.Ordinal);
    }

    private void Add(HintKind kind, PackageName name, string text)
    {
        // One of a kind for a name: versions that differ in nothing else would repeat it.
        if (!found.Exists(hint => hint.Kind == kind && hint.Name.Equals(name)))
            found.Add(new Hint(kind, name, text));
    }
}
