using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Operations;

/// <summary>`compile`: pins everything that inputs ask for and all that it requires, and says why each is there.</summary>
/// <param name="bench">What to work with.</param>
public sealed class CompileOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be fetched.</exception>
    public async Task<CompileOutcome> RunAsync(CompileRequest request, CancellationToken cancellationToken)
    {
        var markers = (request.Target as ResolutionTarget.Specific)?.Environment;
        request = request with
        {
            Inputs = await new UnnamedNames(bench).FindAsync(request.Inputs, markers, cancellationToken),
        };
        SettledPins.Settle(bench, request.Inputs, []);
        using var step = new ResolvingStep(
            bench,
            request.Inputs,
            hashes: null,
            request.Target as ResolutionTarget.Specific,
            cancellationToken
        );
        var created = RequestBuilder.Create(request.Inputs, request.Resolve, request.Target, request.Earlier) with
        {
            // Most of them are needed again, whether they stay as they are or not.
            Expected = [.. request.Earlier.Select(pin => pin.Name).Distinct()],
        };
        var outcome = await step.SolveAsync(created, cancellationToken);
        if (outcome is ResolutionOutcome.NoSolution failed)
        {
            await step.FinishAsync(resolution: null);
            return new CompileOutcome.NoSolution(failed.Explanation);
        }

        using var span = Tracer.Begin("assemble pins");
        var resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
        var origins = await DirectOrigins.FindAsync(step, resolution, cancellationToken);
        var first = ToDone(request, resolution, origins);
        var done = await KeepEarlierAsync(request, step, created, first, cancellationToken);
        if (!request.IsLock)
            new ConflictMarkers(request.Inputs).RefuseInRequirements(done.Markers);
        done = await WithHashesAsync(request, done, new FileHashes(bench, step), cancellationToken);
        if (request.IsLock)
            bench.Warn(NotInPlace(done));
        await step.FinishAsync(done.Resolution);
        bench.Progress?.Report(new OperationEvent.Noted($"{done.Resolution.Counts}"));
        return done;
    }

    /// <summary>What a lock file cannot say: that a commit is installed in place.</summary>
    private static IEnumerable<Diagnostic> NotInPlace(CompileOutcome.Done done) =>
        done
            .Resolution.Packages.Select(package => package.Candidate)
            .Where(candidate =>
                candidate.Direct is { IsEditable: true } direct
                && done.Origins.GetValueOrDefault(direct.Url) is DirectUrl.Repository
            )
            .Select(candidate => new Diagnostic(
                "not-in-place",
                $"`{candidate.Name}` is locked as a commit, which is not installed in place: lock files cannot say so"
            ));

    /// <summary>A universal answer that still holds stays, also where the resolver would fork elsewhere than it did before.</summary>
    private static async Task<CompileOutcome.Done> KeepEarlierAsync(
        CompileRequest request,
        ResolvingStep step,
        ResolutionRequest created,
        CompileOutcome.Done done,
        CancellationToken cancellationToken
    )
    {
        var isRenewal = created.Preferences.Length < request.Earlier.Length;
        if (
            isRenewal
            || !done.Choices.IsEmpty
            || created.Target is not ResolutionTarget.Universal { EarlierForks.IsEmpty: true } target
            || EarlierAnswer.IsKept(request.Earlier, done.Lines)
        )
        {
            return done;
        }

        var pythons = target.RequiresPython.ToRanges();
        var forks = EarlierAnswer.ForksOf(request.Earlier, target.Environments, pythons);
        if (forks.IsEmpty)
            return done;
        var again = await step.SolveAsync(
            created with
            {
                Target = target with { EarlierForks = forks },
            },
            cancellationToken
        );
        return
            again is ResolutionOutcome.Solved solved
            && ToDone(request, solved.Resolution, done.Origins) is var kept
            && EarlierAnswer.IsKept(request.Earlier, kept.Lines)
            ? kept
            : done;
    }

    /// <summary>The same, with the hashes of files that nobody states any for.</summary>
    private static async Task<CompileOutcome.Done> WithHashesAsync(
        CompileRequest request,
        CompileOutcome.Done done,
        FileHashes hashes,
        CancellationToken cancellationToken
    )
    {
        if (!request.GeneratesHashes && !request.IsLock)
            return done;
        bool IsEnough(IndexFile file) =>
            request.IsLock ? !file.Hashes.IsEmpty : file.Hashes.Any(hash => hash.Algorithm == HashAlgorithm.Sha256);
        var read = await hashes.FindAsync(done.Resolution, IsEnough, cancellationToken);
        return read.IsEmpty ? done : ToDone(request, done.Resolution, done.Origins, read);
    }

    private static CompileOutcome.Done ToDone(
        CompileRequest request,
        Resolution resolution,
        ImmutableDictionary<string, DirectUrl> origins,
        ImmutableDictionary<string, ImmutableArray<FileHash>>? hashes = null
    )
    {
        var conflicts = new ConflictMarkers(request.Inputs);
        var markers = MarkersOf(request, resolution, conflicts);
        var done = new CompileOutcome.Done([], resolution)
        {
            Markers = markers,
            Choices = [.. conflicts.Choices],
            Origins = origins,
            ReadHashes = hashes ?? ImmutableDictionary<string, ImmutableArray<FileHash>>.Empty,
        };
        var parents = Parents(resolution);
        var lines = SharingLines(request, resolution)
            .Select(group => group.ToImmutableArray())
            .Where(indexes => indexes.Any(index => !markers[index].IsFalse))
            .Select(indexes =>
                Line(request, done, indexes, [.. indexes.Select(index => markers[index])]) with
                {
                    Parents = ParentsOf(resolution, indexes, parents),
                }
            );
        return done with { Lines = [.. lines] };
    }

    /// <summary>The packages of each line: one, or one version from several indexes, which only the names of these tell apart.</summary>
    private static IEnumerable<IEnumerable<int>> SharingLines(CompileRequest request, Resolution resolution) =>
        Enumerable
            .Range(0, resolution.Packages.Length)
            .GroupBy(index =>
            {
                var candidate = resolution.Packages[index].Candidate;
                return (candidate.Name, candidate.Version, candidate.Direct, IndexOf(request, candidate));
            });

    private static string? IndexOf(CompileRequest request, Candidate candidate) =>
        request.NamesIndexes ? candidate.Page?.Index : null;

    /// <summary>The marker of each package: universal ones without what the supported Pythons imply already.</summary>
    private static ImmutableArray<Marker> MarkersOf(
        CompileRequest request,
        Resolution resolution,
        ConflictMarkers conflicts
    )
    {
        if (request.Target is ResolutionTarget.Universal universal)
        {
            var pythons = universal.RequiresPython.ToRanges();
            return [.. resolution.Packages.Select(package => conflicts.Simplify(package.Marker.AssumePython(pythons)))];
        }

        return request.KeepsMarkers ? Propagate(resolution) : [.. resolution.Packages.Select(_ => Marker.True)];
    }

    /// <summary>Carries the markers of requirements from the roots to everything below them, until nothing changes.</summary>
    private static ImmutableArray<Marker> Propagate(Resolution resolution)
    {
        var markers = Enumerable.Repeat(Marker.False, resolution.Packages.Length).ToArray();
        var pending = new Queue<int>();
        void Reach(int package, Marker marker)
        {
            var joined = markers[package].Or(marker.WithoutExtras());
            if (joined == markers[package])
                return;
            markers[package] = joined;
            pending.Enqueue(package);
        }

        foreach (var root in resolution.Roots)
            Reach(root.Package, root.Requirement.Marker);
        while (pending.TryDequeue(out var package))
        {
            foreach (var dependency in resolution.Packages[package].Dependencies)
                Reach(dependency.Package, markers[package].And(dependency.Requirement.Marker));
        }

        return [.. markers];
    }

    private static PinnedRequirement Line(
        CompileRequest request,
        CompileOutcome.Done done,
        ImmutableArray<int> indexes,
        ImmutableArray<Marker> markers
    )
    {
        var resolution = done.Resolution;
        var packages = indexes.Select(index => resolution.Packages[index]).ToList();
        var package = packages[0];
        var asked = packages.SelectMany(one => one.Extras).Distinct().Order().ToList();
        var extras = request.KeepsExtras && asked.Count > 0 ? $"[{string.Join(',', asked)}]" : "";
        var text =
            package.Candidate.Direct is not { } direct ? $"{package.Name}{extras}=={package.Version}"
            : direct.IsEditable ? $"-e {DirectOrigins.PinnedInPlace(direct, done.Origins)}{extras}"
            // A path stands alone, as it was written: behind a name, pip takes whole addresses only.
            : IsWholeUrl(direct.Url) ? $"{package.Name}{extras} @ {DirectOrigins.Pinned(direct, done.Origins)}"
            : $"{direct.Url}{extras}";
        return new PinnedRequirement(package.Name.Value, text)
        {
            Version = package.Version,
            Marker = markers.Aggregate((one, other) => one.Or(other)).ToText() ?? "",
            Hashes =
                !request.GeneratesHashes ? []
                : request.EarlierHashes.TryGetValue((package.Name, package.Version), out var earlier) ? earlier
                : HashesOf(packages.Select(one => one.Candidate), done.ReadHashes),
            Sources = SourcesOf(request, resolution, indexes),
            Index = IndexOf(request, package.Candidate),
            IsOmitted = request.Omitted.Contains(package.Name),
        };
    }

    /// <summary>`file:a` names a place relative to the working folder, and `file:/a` one that any folder understands.</summary>
    private static bool IsWholeUrl(string text) =>
        Location.Of(text) is { IsPath: false } location
        && (!location.IsFileUrl || text.StartsWith("file:/", StringComparison.OrdinalIgnoreCase));

    /// <summary>The packages that require each package.</summary>
    private static ILookup<int, int> Parents(Resolution resolution) =>
        resolution
            .Packages.SelectMany(
                (parent, i) => parent.Dependencies.Select(dependency => (dependency.Package, Parent: i))
            )
            .ToLookup(pair => pair.Package, pair => pair.Parent);

    private static ImmutableArray<string> ParentsOf(
        Resolution resolution,
        ImmutableArray<int> indexes,
        ILookup<int, int> parents
    ) =>
        [
            .. indexes
                .SelectMany(index => parents[index])
                .Where(parent => !indexes.Contains(parent))
                .Select(parent => resolution.Packages[parent].Name.Value)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The inputs that ask for a package or limit it: constraints, overrides, then what asks.</summary>
    private static ImmutableArray<string> SourcesOf(
        CompileRequest request,
        Resolution resolution,
        ImmutableArray<int> indexes
    )
    {
        var name = resolution.Packages[indexes[0]].Name;
        var environment = (request.Target as ResolutionTarget.Specific)?.Environment;
        bool Limits(Limit limit) =>
            limit.Requirement.Name == name && (environment is null || limit.Requirement.Marker.Evaluate(environment));
        var constraints = request
            .Inputs.Constraints.Where(Limits)
            .Select(limit => $"-c {FileOf(request, limit.Origin)}");
        var overrides = request
            .Inputs.Overrides.Where(Limits)
            .Select(limit => $"--override {FileOf(request, limit.Origin)}");
        var roots = resolution
            .Roots.Where(root => indexes.Contains(root.Package))
            .Select(root => Annotation(request, root.Origin));
        return
        [
            .. constraints.Distinct(StringComparer.Ordinal),
            .. overrides.Distinct(StringComparer.Ordinal),
            .. roots.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What a comment says of a root: the file that asks, without the line, which often changes; or the project.</summary>
    private static string? Annotation(CompileRequest request, RequirementOrigin? origin) =>
        origin is RequirementOrigin.InFile ? $"-r {FileOf(request, origin)}" : origin?.ToString();

    /// <summary>A file that the user named as it was named; one that another includes as it is seen from the output.</summary>
    private static string FileOf(CompileRequest request, RequirementOrigin origin)
    {
        if (
            request.OutputFolder is not { } output
            || origin is not RequirementOrigin.InFile { IsIncluded: true }
            || Path.IsPathRooted(origin.File)
            || !Location.Of(origin.File).IsPath
        )
        {
            return origin.File;
        }

        return Path.GetRelativePath(output, Path.GetFullPath(origin.File, request.WorkingFolder));
    }

    /// <summary>The SHA-256 digests of every file of a release, on all platforms, sorted.</summary>
    private static ImmutableArray<string> HashesOf(
        IEnumerable<Candidate> candidates,
        ImmutableDictionary<string, ImmutableArray<FileHash>> read
    ) =>
        [
            .. candidates
                .SelectMany(candidate => CompiledFiles.HashesOf(candidate, read))
                .Where(hash => hash.Algorithm == HashAlgorithm.Sha256)
                .Select(hash => hash.ToString())
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
}
