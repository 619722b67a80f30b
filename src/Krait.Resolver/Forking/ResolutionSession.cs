using System.Collections.Immutable;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Forking;

/// <summary>What all forks of a resolution share.</summary>
internal sealed class ResolutionSession
{
    /// <summary>Ends when something has arrived; there is one at a time.</summary>
    private Task? nextArrival;

    public ResolutionSession(ResolutionRequest request, IPackageSource source, CancellationToken cancellationToken)
    {
        Request = request;
        Selector = new CandidateSelector(request, Supports);
        Requirements = new RequirementReader(request);
        Preferences = new PreferenceList(request.Preferences);
        var everything = ForkEnvironment.For(request);
        Installed = new InstalledVersions(request);
        Memory = new SourceMemory(
            source,
            Selector,
            Preferences,
            Supports,
            Installed,
            everything,
            request.Lookahead,
            cancellationToken
        );
        CancellationToken = cancellationToken;
    }

    public ResolutionRequest Request { get; }

    public PackageTable Packages { get; } = new();

    public RangesStore Ranges { get; } = new();

    public CandidateSelector Selector { get; }

    public RequirementReader Requirements { get; }

    public PreferenceList Preferences { get; }

    public PythonSupports Supports { get; } = new();

    /// <summary>What the environment has.</summary>
    public InstalledVersions Installed { get; }

    public SourceMemory Memory { get; }

    /// <summary>What asks ahead, for each fork that a resolution starts with.</summary>
    public ImmutableArray<IForesight> Foresights { get; set; } = [];

    public CancellationToken CancellationToken { get; }

    /// <summary>Receives each step in words.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>How those who watch read about a package.</summary>
    public string Describe(PackageId package) => PackageText.Of(Packages, package);

    /// <summary>How those who watch read about versions of a package.</summary>
    public string Describe(PackageId package, SetId versions) =>
        PackageText.Of(Packages, package, Ranges[versions].IsAll ? "" : Ranges.TextOf(Ranges[versions]));

    /// <summary>Why single versions cannot be used, by the number that the solver knows.</summary>
    public List<Diagnostic> Reasons { get; } = [];

    /// <summary>Versions that would have been taken, had their metadata been there to read, and why it was not.</summary>
    public List<(Candidate Candidate, Diagnostic Reason)> PassedOver { get; } = [];

    /// <summary>How often the solver had to wait for the source.</summary>
    public int Waits { get; private set; }

    /// <summary>Ends a resolution whose forks would take all memory.</summary>
    /// <exception cref="KraitException">There are too many.</exception>
    public void CheckForks(int count)
    {
        if (count <= Request.ForkLimit)
            return;
        throw new KraitException(
            new Diagnostic(
                "too-many-forks",
                $"the markers of the requirements divide the environments into more than {Request.ForkLimit} parts"
            )
            {
                Hints = ["Resolve for fewer environments, or ask about fewer different things in markers"],
            }
        );
    }

    /// <summary>The number of a reason.</summary>
    public int ReasonFor(Diagnostic reason)
    {
        Reasons.Add(reason);
        return Reasons.Count - 1;
    }

    /// <summary>Waits until all are complete, however they end.</summary>
    public async ValueTask WaitAllAsync(IEnumerable<Task> tasks)
    {
        var pending = tasks.Where(task => !task.IsCompleted).ToList();
        if (pending.Count == 0)
            return;
        CountWait();
        await Task.WhenAll(pending)
            .WaitAsync(CancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        CancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for an answer, unless it is there, and follows what arrives meanwhile.</summary>
    public async ValueTask<T> WaitAsync<T>(Task<T> task)
    {
        if (!task.IsCompleted)
        {
            CountWait();
            await FollowArrivalsAsync(task);
        }

        return await task.WaitAsync(CancellationToken);
    }

    /// <summary>Whether what a fork learns is of use for what is asked ahead.</summary>
    public bool HasMoreToForesee(ForkState state) =>
        state.Environment.IsUniversal || Request.Lookahead.Predicts || Request.Lookahead.FollowsArrivals;

    /// <summary>Takes what a version requires for what other forks, and what it requires in turn, will need, too.</summary>
    public void Foresee(Candidate candidate, CoreMetadata metadata, ExtraName? extra)
    {
        // A resolution that waits for nothing has nothing to gain.
        if (Waits == 0)
            return;
        foreach (var foresight in Foresights)
            foresight.Follow(candidate, metadata, extra);
    }

    private async ValueTask FollowArrivalsAsync(Task task)
    {
        if (Foresights.IsEmpty || !Request.Lookahead.FollowsArrivals)
            return;
        while (!task.IsCompleted)
        {
            while (Memory.Arrivals.TryRead(out var arrived))
            {
                foreach (var foresight in Foresights)
                    foresight.Arrive(arrived.Candidate, arrived.Metadata);
            }

            if (nextArrival is null or { IsCompleted: true })
                nextArrival = Memory.Arrivals.WaitToReadAsync(CancellationToken).AsTask();
            await Task.WhenAny(task, nextArrival);
            CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void CountWait()
    {
        if (Waits++ > 0)
            return;
        foreach (var foresight in Foresights)
            foresight.LookAhead();
    }
}
