using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;

namespace Krait.Sources.Torch;

/// <summary>PyTorch's own indexes: one for each thing that it is built for.</summary>
/// <param name="root">The address that they are below.</param>
public sealed class TorchIndexes(SafeUrl root)
{
    /// <summary>The packages that one build is to be taken of.</summary>
    /// <param name="backend">What it is built for.</param>
    /// <param name="strategy">What the user says of several indexes.</param>
    public ImmutableDictionary<PackageName, PackageIndexes> For(string backend, IndexStrategy strategy)
    {
        var only = new PackageIndexes([IndexOf(backend)], strategy);
        return TorchPackages.All.ToImmutableDictionary(name => name, _ => only);
    }

    /// <summary>The packages, with all builds that run on a machine.</summary>
    /// <param name="backends">What they are built for, best first.</param>
    /// <param name="strategy">What the user says of several indexes.</param>
    public ImmutableDictionary<PackageName, PackageIndexes> ForAnyOf(
        ImmutableArray<string> backends,
        IndexStrategy strategy
    )
    {
        var locations = backends.Select(IndexOf).ToImmutableArray();
        // No index hides others: an older CUDA may be the last that an older version was built for.
        var any = new PackageIndexes(
            locations,
            strategy is IndexStrategy.UnsafeBestMatch ? strategy : IndexStrategy.UnsafeFirstMatch
        );
        var onCuda = any with { Needs = CudaOf(backends, locations) };
        return TorchPackages.All.ToImmutableDictionary(
            name => name,
            name => TorchPackages.NeedsCuda(name) ? onCuda : any
        );
    }

    private IndexLocation IndexOf(string backend) => new(root.WithSuffix($"/{backend}")) { IgnoredStatuses = [403] };

    /// <summary>What is built for one CUDA does not load what is built for another.</summary>
    private static ImmutableDictionary<string, SystemNeed> CudaOf(
        ImmutableArray<string> backends,
        ImmutableArray<IndexLocation> locations
    )
    {
        var needs = ImmutableDictionary.CreateBuilder<string, SystemNeed>(StringComparer.Ordinal);
        for (var i = 0; i < backends.Length; i++)
        {
            if (TorchBackends.CudaOf(backends[i]) is { } version)
                needs.Add(locations[i].SourceKey, new SystemNeed("CUDA", version));
        }

        return needs.ToImmutable();
    }
}
