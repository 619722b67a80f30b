using System.Collections.Concurrent;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>
/// A source behind a slow network without a clock: answers come when nothing else can happen, all that are outstanding at
/// once. Each time that happens is a round trip.
/// </summary>
internal sealed class Rounds(IPackageSource inner) : SynchronizationContext, IPackageSource
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> ready = [];
    private readonly List<TaskCompletionSource> outstanding = [];

    /// <summary>Round trips so far.</summary>
    public int Count { get; private set; }

    /// <summary>In which order outstanding answers come.</summary>
    public Random? Shuffle { get; init; }

    public override void Post(SendOrPostCallback d, object? state) => ready.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Runs an asynchronous action on this thread until it is complete.</summary>
    public Task<T> Run<T>(Func<Task<T>> action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = action();
            while (!task.IsCompleted)
            {
                if (ready.TryDequeue(out var next))
                    next.Callback(next.State);
                else if (!SpinWait.SpinUntil(() => !ready.IsEmpty || task.IsCompleted, 1))
                    Release();
            }

            return task;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public async ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    )
    {
        await NextRoundAsync();
        return await inner.GetVersionsAsync(name, index, cancellationToken);
    }

    public async ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        await NextRoundAsync();
        return await inner.GetDependenciesAsync(candidate, cancellationToken);
    }

    public async ValueTask<DirectResponse> GetDirectAsync(
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        await NextRoundAsync();
        return await inner.GetDirectAsync(reference, cancellationToken);
    }

    public VersionsResponse.Found? Recall(PackageName name, string? index) => inner.Recall(name, index);

    public CoreMetadata? Recall(Candidate candidate) => inner.Recall(candidate);

    public IEnumerable<Requirement> Presume(PackageName name, ExtraName? extra) => inner.Presume(name, extra);

    public void Expect(PackageName name, string? index, VersionRanges range) { }

    private Task NextRoundAsync()
    {
        var source = new TaskCompletionSource();
        outstanding.Add(source);
        return source.Task;
    }

    private void Release()
    {
        // Something still runs on another thread.
        if (outstanding.Count == 0)
            return;
        Count++;
        var answers = outstanding.ToArray();
        outstanding.Clear();
        Shuffle?.Shuffle(answers);
        foreach (var answer in answers)
            answer.SetResult();
    }
}
