namespace Krait.Resolver.Solving;

/// <summary>
/// The packages that may be next, highest priority first. A package's priority is asked for when something new becomes known
/// about it, and kept until then.
/// </summary>
internal sealed class PackageQueue
{
    private readonly PriorityQueue<PackageId, ulong> heap = new();
    private readonly List<ulong> queued = [];
    private readonly List<bool> isOutdated = [];
    private IntList outdated;

    public void EnsurePackage(PackageId package)
    {
        while (queued.Count <= package.Value)
        {
            queued.Add(0);
            isOutdated.Add(false);
        }
    }

    /// <summary>Something new is known about a package.</summary>
    public void MarkOutdated(PackageId package)
    {
        if (isOutdated[package.Value])
            return;
        isOutdated[package.Value] = true;
        outdated.Add(package.Value);
    }

    /// <summary>The undecided package with the highest priority, which stays in the queue, or none.</summary>
    public PackageId Peek(PartialSolution solution, IPriorities priorities)
    {
        foreach (var value in outdated.Span)
        {
            var package = new PackageId(value);
            isOutdated[package.Value] = false;
            if (!solution.IsUndecided(package))
                continue;
            var priority = priorities.PriorityOf(package);
            if (priority == queued[package.Value])
                continue;
            queued[package.Value] = priority;
            heap.Enqueue(package, ~priority);
        }

        outdated.Truncate(0);
        while (heap.TryPeek(out var package, out var key))
        {
            if (key == ~queued[package.Value])
            {
                if (solution.IsUndecided(package))
                    return package;
                queued[package.Value] = 0;
            }

            heap.Dequeue();
        }

        return PackageId.None;
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
