using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Build.Failures;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Sources;
using Krait.Sources.Services;

namespace Krait.Projects.Resolving;

/// <summary>
/// The resolving step, which every operation that chooses versions composes: one source, one resolver, and what is fetched ahead for
/// them. It may be asked several times; <see cref="FinishAsync"/> ends the fetching and reports what happened.
/// </summary>
internal sealed class ResolvingStep : IDisposable
{
    private readonly Workbench bench;
    private readonly CancellationTokenSource fetching;
    private readonly IndexServices services;
    private readonly long started = Stopwatch.GetTimestamp();

    /// <summary>Prepares the step.</summary>
    /// <param name="bench">What to work with.</param>
    /// <param name="inputs">What is resolved.</param>
    /// <param name="hashes">The digests that the inputs allow for wheels behind URLs and paths; null where none are checked.</param>
    /// <param name="target">The one machine that wheels are chosen for; null where they are for many.</param>
    /// <param name="cancellationToken">Ends everything that is fetched for the step.</param>
    /// <param name="around">Answers for some URLs and paths, and passes others on; null where nothing does.</param>
    public ResolvingStep(
        Workbench bench,
        RequirementSet inputs,
        ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? hashes,
        ResolutionTarget.Specific? target,
        CancellationToken cancellationToken,
        Func<IDirectSource, IDirectSource>? around = null
    )
    {
        this.bench = bench;
        fetching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Direct = bench.CreateDirect(inputs, hashes, target);
        services = new IndexServices(bench.Client, bench.Indexes, bench.ResolverChoice, TimeProvider.System)
        {
            Watch = bench.Progress is { } noting ? text => noting.Report(new OperationEvent.Noted(text)) : null,
        };
        Source = new IndexPackageSource(bench.Client, bench.Indexes, around?.Invoke(Direct) ?? Direct, fetching.Token)
        {
            Asking = bench.Progress is { } progress
                ? name => progress.Report(new OperationEvent.Resolving(name.Value))
                : null,
            Sdists = bench.Builds,
            Allowed = hashes,
            Services = services,
            Skipping = bench.Progress is { } watching
                ? page => watching.Report(new OperationEvent.Skipped(page))
                : null,
        };
        bench.Progress?.Report(new OperationEvent.Resolving(null));
        Resolver = new PythonResolver(Source) { Trace = bench.Trace };
    }

    /// <summary>The wheels behind URLs and paths.</summary>
    public DirectWheels Direct { get; }

    /// <summary>The pages and metadata of the indexes.</summary>
    public IndexPackageSource Source { get; }

    /// <summary>The resolver on these.</summary>
    public PythonResolver Resolver { get; }

    /// <summary>The wheel that is built of a source distribution.</summary>
    public SourceWheel ToWheel(Candidate candidate, IndexFile file, ImmutableArray<FileHash> allowed) =>
        bench.Builds is { } builds
            ? new SourceWheel(
                candidate.Name,
                candidate.Version,
                builds.Places.OfIndex(file, Source.LocationOf(file.Page), allowed)
            )
            : throw new KraitException(WheelsOnly.Refuse($"`{candidate}`, a source distribution,"));

    /// <summary>Resolves once.</summary>
    /// <exception cref="KraitException">An index or a file could not be read.</exception>
    public async Task<ResolutionOutcome> SolveAsync(ResolutionRequest request, CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("resolve");
        try
        {
            var asked = await services.BeginAsync(request, fetching.Token);
            var outcome = await Resolver.ResolveAsync(asked, cancellationToken);
            services.Compare(request, outcome);
            return outcome;
        }
        catch (BuildFailedException failure)
        {
            throw await BuildAdvice.ImproveAsync(bench, failure, cancellationToken);
        }
    }

    /// <summary>Stops what was fetched ahead and is no longer needed, and reports warnings and the result.</summary>
    /// <param name="resolution">The result; null where there is no solution.</param>
    public async Task FinishAsync(Resolution? resolution)
    {
        await StopAsync();
        if (resolution is null)
            return;
        bench.Warn(resolution.Warnings);
        bench.Progress?.Report(
            new OperationEvent.Resolved(resolution.Packages.Length, Stopwatch.GetElapsedTime(started))
        );
    }

    /// <summary>Stops what was fetched ahead; nothing is reported.</summary>
    public async Task StopAsync()
    {
        using var span = Tracer.Begin("stop looking ahead");
        services.End();
        await fetching.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        services.End();
        fetching.Dispose();
    }
}
