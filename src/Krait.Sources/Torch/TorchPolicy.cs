using Krait.Index;
using Krait.Packaging.Text;
using Krait.Platform.Accelerators;

namespace Krait.Sources.Torch;

/// <summary>Takes PyTorch and its companions from PyTorch's own indexes.</summary>
public static class TorchPolicy
{
    /// <summary>The back end that is looked for on the machine.</summary>
    public const string Automatic = "auto";

    /// <summary>The indexes with those of a back end.</summary>
    /// <param name="indexes">The indexes that everything comes from otherwise.</param>
    /// <param name="backend">One of <see cref="TorchBackends.All"/>, or <see cref="Automatic"/>, in lower case.</param>
    /// <param name="root">Where PyTorch's indexes are.</param>
    /// <param name="search">Looks for an accelerator.</param>
    /// <param name="system">The system that is resolved for, as the marker `sys_platform` names it.</param>
    /// <param name="cancellationToken">Ends the search for an accelerator.</param>
    /// <exception cref="KraitException">A variable describes an accelerator that cannot exist (unusable input).</exception>
    public static async Task<TorchChoice> ApplyAsync(
        IndexSettings indexes,
        string backend,
        SafeUrl root,
        AcceleratorSearch search,
        string system,
        CancellationToken cancellationToken
    )
    {
        var torch = new TorchIndexes(root);
        if (backend is not Automatic)
            return new TorchChoice(indexes with { Pinned = torch.For(backend, indexes.Strategy) }, null);
        var accelerator = await search.FindAsync(cancellationToken);
        var backends = TorchSupport.BackendsOf(accelerator, system);
        return new TorchChoice(
            indexes with
            {
                Pinned = torch.ForAnyOf(backends, indexes.Strategy),
            },
            $"{Describe(accelerator)}: PyTorch for {string.Join(", ", backends)}"
        );
    }

    private static string Describe(Accelerator? accelerator) =>
        accelerator switch
        {
            Accelerator.Nvidia nvidia => $"NVIDIA driver {nvidia.Driver} (`{nvidia.Origin}`)",
            Accelerator.Amd amd => $"AMD GPU {amd.Architecture} (`{amd.Origin}`)",
            Accelerator.Intel intel => $"Intel GPU (`{intel.Origin}`)",
            _ => "no accelerator found",
        };
}

/// <summary>The indexes of a PyTorch back end.</summary>
/// <param name="Indexes">All indexes.</param>
/// <param name="Found">What was found on the machine, for curious users; null where nothing was looked for.</param>
public sealed record TorchChoice(IndexSettings Indexes, string? Found);
