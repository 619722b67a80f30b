namespace Krait.Resolver.Solving;

/// <summary>
/// The packages that may be next, highest priority first. A package's priority is asked for when something new becomes known
/// about it, and kept until then.
/// </summary>
internal sealed class PackageQueue
{
    private readonly PriorityQueue<int, ulong> heap = new();
    private readonly List<ulong> queued = [];
    private readonly List<bool> isOutdated = [];
    private IntList outdated;

    public void EnsurePackage(int package)
    {
        while (queued.Count <= package)
        {
            queued.Add(0);
            isOutdated.Add(false);
        }
    }

    /// <summary>Something new is known about a package.</summary>
    public void MarkOutdated(int package)
    {
        if (isOutdated[package])
            return;
        isOutdated[package] = true;
        outdated.Add(package);
    }

    /// <summary>The undecided package with the highest priority, which stays in the queue, or -1.</summary>
    public int Peek(PartialSolution solution, IPriorities priorities)
    {
        foreach (var package in outdated.Span)
        {
            isOutdated[package] = false;
            if (!solution.IsUndecided(package))
                continue;
            var priority = priorities.PriorityOf(package);
            if (priority == queued[package])
                continue;
            queued[package] = priority;
            heap.Enqueue(package, ~priority);
        }

        outdated.Truncate(0);
        while (heap.TryPeek(out var package, out var key))
        {
            if (key == ~queued[package])
            {
                if (solution.IsUndecided(package))
                    return package;
                queued[package] = 0;
            }

            heap.Dequeue();
        }

        return -1;
    }

    public PackageQueue Copy()
    {
        var copy = new PackageQueue();
        copy.heap.EnqueueRange(heap.UnorderedItems);
        copy.queued.AddRange(queued);
        copy.isOutdated.AddRange(isOutdated);
        copy.outdated = outdated.Copy();
        return copy;
    }
}
