namespace Krait.Resolver.Solving;

/// <summary>
/// The packages that may be next, highest priority first: a binary heap whose stale entries are dropped when they come up.
/// </summary>
internal sealed class PackageQueue
{
    private readonly PriorityQueue<int, ulong> heap = new();
    private readonly List<ulong> priorities = [];
    private readonly List<bool> queued = [];

    public void EnsurePackage(int package)
    {
        while (priorities.Count <= package)
        {
            priorities.Add(0);
            queued.Add(false);
        }
    }

    public ulong PriorityOf(int package) => priorities[package];

    public void SetPriority(int package, ulong priority, bool isCandidate)
    {
        if (priorities[package] == priority)
            return;
        priorities[package] = priority;
        queued[package] = false;
        if (isCandidate)
            Add(package);
    }

    public void Add(int package)
    {
        if (queued[package])
            return;
        queued[package] = true;
        heap.Enqueue(package, ~priorities[package]);
    }

    /// <summary>The candidate with the highest priority, which stays in the queue, or -1.</summary>
    public int Peek(PartialSolution solution)
    {
        while (heap.TryPeek(out var package, out var key))
        {
            if (key == ~priorities[package])
            {
                if (solution.IsUndecided(package))
                    return package;
                queued[package] = false;
            }

            heap.Dequeue();
        }

        return -1;
    }

    public PackageQueue Copy()
    {
        var copy = new PackageQueue();
        copy.heap.EnqueueRange(heap.UnorderedItems);
        copy.priorities.AddRange(priorities);
        copy.queued.AddRange(queued);
        return copy;
    }
}
