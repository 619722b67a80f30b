using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>
/// Which version of a name, and which of its files: pure, so that it gives the same answer for a guess ahead of time as for the
/// decision itself.
/// </summary>
internal sealed class CandidateSelector
{
    private readonly ResolutionRequest request;
    private readonly PythonSupports supports;
    private readonly ResolutionTarget.Specific? specific;
    private readonly UniversalWheels? universalWheels;
    private readonly WheelRanks wheelRanks;
    private readonly Dictionary<PackageName, List<Version>> allowedYanks = [];
    private readonly HashSet<PackageName> explicitPrereleases = [];

    public CandidateSelector(ResolutionRequest request, PythonSupports supports)
    {
        this.request = request;
        this.supports = supports;
        specific = request.Target as ResolutionTarget.Specific;
        universalWheels = request.Target is ResolutionTarget.Universal universal
            ? new UniversalWheels(universal.RequiresPython.ToRanges())
            : null;
        wheelRanks = new WheelRanks(RankOf);
        foreach (var requirement in DirectRequirements(request))
        {
            if (requirement.Specifiers is not { } specifiers)
                continue;
            if (specifiers.MentionsPrerelease)
                explicitPrereleases.Add(requirement.Name);
            if (specifiers is { IsExactPin: true, Clauses: [{ Version: { } version }] })
                AllowYanked(requirement.Name, version);
        }

        foreach (var preference in request.Preferences)
            AllowYanked(preference.Name, preference.Version);
    }

    /// <summary>The user's requirements that may name a pre-release or yanked version to allow it.</summary>
    private static IEnumerable<Packaging.Requirements.Requirement> DirectRequirements(ResolutionRequest request) =>
        request
            .Requirements.Select(root => root.Requirement)
            .Concat(request.Constraints.Concat(request.Overrides).Select(limit => limit.Requirement));

    /// <summary>In which order the versions of a name are tried in a fork.</summary>
    public SelectionOrder OrderFor(PackageName name, ForkEnvironment environment, PreferenceList preferences)
    {
        var isHighest = request.Mode switch
        {
            ResolutionMode.Highest => true,
            ResolutionMode.Lowest => false,
            _ => !environment.IsDirect(name),
        };
        return new SelectionOrder(isHighest, preferences.For(name, environment, isHighest));
    }

    /// <summary>
    /// The version to try: usable but for its Requires-Python, which is the caller's to check.
    /// </summary>
    /// <returns>Its index, or -1 when nothing usable lies in the range.</returns>
    public int Select(KnownVersions known, VersionRanges range, SelectionOrder order)
    {
        foreach (var preferred in order.Preferences)
        {
            if (TryPrefer(known, range, preferred, out var index))
                return index;
        }

        for (var page = 0; page < (known.IsFirstMatch ? known.PageCount : 1); page++)
        {
            var only = known.IsFirstMatch ? page : -1;
            if (TrySelect(known, range, order.IsHighest, only, out var index))
                return index;
        }

        return -1;
    }

    /// <summary>What can be used of a version; computed once.</summary>
    public Usability Judge(KnownVersions known, int index)
    {
        var usability = known.UsabilityAt(index);
        if (usability == Usability.Unknown)
        {
            usability = Compute(known, index, out var candidate);
            known.SetUsability(index, usability, candidate);
        }

        return usability;
    }

    /// <summary>The wheels of a version that may be used and that some Python of the target accepts.</summary>
    public IEnumerable<WheelFileName> UsableWheels(KnownVersions known, int index) =>
        known
            .FilesOf(index)
            .Where(file =>
                file.IsWheel && Refuse(known.Name, file) == Usability.Usable && wheelRanks.Of(file) is not null
            )
            .Select(file => file.Wheel);

    private bool TryPrefer(KnownVersions known, VersionRanges range, Preference preference, out int index)
    {
        index = -1;
        if (!range.Contains(preference.Version))
            return false;
        // What was locked stays, unless pre-releases are forbidden; another fork's need of one is no reason to take it here.
        var mode = request.Prereleases.For(known.Name);
        var isAllowed = preference.IsFromFork ? Mixes(known.Name, mode) : mode != PrereleaseMode.Disallow;
        if (preference.Version.IsPrerelease && !isAllowed)
            return false;
        index = known.IndexOf(preference.Version);
        return index >= 0
            && (
                preference.Index is null
                || known
                    .ReleasesOf(index)
                    .Any(release => string.Equals(preference.Index, release.Page.Index, StringComparison.Ordinal))
            )
            && Judge(known, index) == Usability.Usable;
    }

    private bool TrySelect(KnownVersions known, VersionRanges range, bool highest, int onlyPage, out int index)
    {
        var mode = request.Prereleases.For(known.Name);
        if (Mixes(known.Name, mode))
            return TryScan(known, range, highest, onlyPage, static _ => true, out index);
        return TryScan(known, range, highest, onlyPage, static version => !version.IsPrerelease, out index)
            || (
                mode == PrereleaseMode.IfNecessary
                && TryScan(known, range, highest, onlyPage, static version => version.IsPrerelease, out index)
            );
    }

    /// <summary>Whether pre-releases of a name are like its final releases.</summary>
    private bool Mixes(PackageName name, PrereleaseMode mode) =>
        mode == PrereleaseMode.Allow || (mode == PrereleaseMode.Explicit && explicitPrereleases.Contains(name));

    private bool TryScan(
        KnownVersions known,
        VersionRanges range,
        bool highest,
        int onlyPage,
        Func<Version, bool> accepts,
        out int index
    )
    {
        var segments = range.Segments;
        for (var s = 0; s < segments.Count; s++)
        {
            var segment = segments[highest ? segments.Count - 1 - s : s];
            var (low, high) = IndexesOf(known, segment);
            for (var i = 0; i <= high - low; i++)
            {
                index = highest ? high - i : low + i;
                // Of a version that is listed several times, the first usable one is taken.
                if (highest)
                    index = FirstOf(known, index);
                var version = known.VersionAt(index);
                if (
                    (onlyPage < 0 || known.PageNumberOf(index) == onlyPage)
                    && accepts(version)
                    && range.Contains(version)
                    && Judge(known, index) == Usability.Usable
                )
                {
                    return true;
                }
            }
        }

        index = -1;
        return false;
    }

    private int FirstOf(KnownVersions known, int index)
    {
        if (known.PageCount <= 1)
            return index;
        var version = known.VersionAt(index);
        var first = index;
        while (first > 0 && known.VersionAt(first - 1).Equals(version))
            first--;
        while (first < index && Judge(known, first) != Usability.Usable)
            first++;
        return first;
    }

    /// <summary>Bounds for the indexes of an interval's versions; a few more than those may lie between them.</summary>
    private static (int Low, int High) IndexesOf(KnownVersions known, VersionSegment segment)
    {
        var low = segment.Lower is null ? 0 : known.LowerBound(segment.Lower);
        // `<1.0` ends below the pre-releases of 1.0; `<=1.0` ends above the local versions of 1.0.
        var high = segment.Upper is null ? known.Count - 1 : known.LowerBound(segment.Upper);
        while (
            segment.Upper is not null
            && high < known.Count
            && known.VersionAt(high).CompareTo(segment.Upper) > 0
            && known.VersionAt(high).WithoutLocal().Equals(segment.Upper)
        )
        {
            high++;
        }

        while (
            segment.Upper is not null
            && high + 1 < known.Count
            && known.VersionAt(high + 1).WithoutLocal().Equals(segment.Upper)
        )
        {
            high++;
        }

        // `>=1.0.dev0`-like cuts print as the version they stand before.
        while (
            low > 0 && segment.Lower is { } lower && known.VersionAt(low - 1).OnlyRelease().Equals(lower.OnlyRelease())
        )
        {
            low--;
        }

        return (low, Math.Min(high, known.Count - 1));
    }

    private Usability Compute(KnownVersions known, int index, out Candidate candidate)
    {
        var name = known.Name;
        var cutoff = request.Cutoff.For(name);
        var choice = new FileChoice(request.Files.AllowsWheels(name), request.Files.AllowsSdists(name));
        foreach (var file in known.FilesOf(index))
        {
            if (cutoff is not null && !(file.UploadTime < cutoff))
                continue;
            var refusal = Refuse(name, file);
            if (file.IsWheel)
                choice.AddWheel(file, refusal, refusal == Usability.Usable ? wheelRanks.Of(file) : null);
            else
                choice.AddSdist(file, refusal);
        }

        candidate = new Candidate(name, known.VersionAt(index), known.ReleasesOf(index))
        {
            Wheel = choice.Wheel ?? choice.AnyWheel,
            IsWheelInstallable = choice.Wheel is not null,
            Sdist = choice.Sdist,
            IsYanked = choice.IsYanked,
            RequiresPython = choice.RequiresPython,
            WheelPythons =
                specific is null && choice is { Wheel: not null, Sdist: null }
                    ? WheelPythons.Of(UsableWheels(known, index))
                    : null,
        };
        return choice.Usability;
    }

    private Usability Refuse(PackageName name, IndexFile file)
    {
        if (request.RequiredHashes is { } required)
        {
            var allowed = required.TryGetValue(name, out var hashes) ? hashes : [];
            // An index that does not state a hash is believed until the file is there.
            if (allowed.IsEmpty || (!file.Hashes.IsEmpty && !SharesHash(file.Hashes, allowed)))
                return Usability.HashMismatch;
        }

        if (file.IsYanked && !(allowedYanks.TryGetValue(name, out var yanks) && yanks.Contains(file.Version)))
            return Usability.Yanked;
        return specific is not null && supports.Of(file.RequiresPython)?.Allows(specific.Python) == false
            ? Usability.OtherPython
            : Usability.Usable;
    }

    /// <summary>Whether a file with the stated hashes may be an allowed one: same digest, or no algorithm in common.</summary>
    private static bool SharesHash(ImmutableArray<FileHash> stated, ImmutableArray<FileHash> allowed)
    {
        var comparable = false;
        foreach (var hash in stated)
        {
            foreach (var other in allowed)
            {
                if (hash.Algorithm != other.Algorithm)
                    continue;
                comparable = true;
                if (hash.Equals(other))
                    return true;
            }
        }

        return !comparable;
    }

    /// <summary>How good a wheel is for the target; where that is many machines, one that any of them accepts is as good as another.</summary>
    private WheelRank? RankOf(WheelFileName wheel)
    {
        if (specific is null)
            return WheelRank.Of(wheel, universalWheels!.Accepts(wheel) ? 0 : null); // one of the two targets is there
        return WheelRank.Of(wheel, specific.Tags is null ? 0 : specific.Tags.RankOf(wheel));
    }

    private void AllowYanked(PackageName name, Version version)
    {
        if (!allowedYanks.TryGetValue(name, out var versions))
            allowedYanks.Add(name, versions = []);
        versions.Add(version);
    }
}
