using Krait.Cli.Arguments;
using Krait.Environments.Accelerators;
using Krait.Index;
using Krait.Packaging.Text;
using Krait.Projects.Sources;
using Krait.Projects.Torch;

namespace Krait.Cli;

/// <summary>Takes the packages of PyTorch from its own indexes, where the user wants that.</summary>
internal static class TorchAccess
{
    /// <summary>The variable that names another place with the same indexes.</summary>
    public const string RootVariable = "KRAIT_TORCH_INDEX_URL";

    private const string Automatic = "auto";

    /// <summary>The option's choices.</summary>
    public static IEnumerable<string> Choices => TorchBackends.All.Prepend(Automatic);

    /// <summary>The indexes with what `--torch-backend` says of them.</summary>
    /// <param name="indexes">The indexes that everything comes from otherwise.</param>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="system">The system that is resolved for, as the marker `sys_platform` names it.</param>
    /// <param name="cancellationToken">Ends the search for an accelerator.</param>
    /// <exception cref="KraitException">A variable says what cannot be (unusable input).</exception>
    public static async Task<IndexSettings> ApplyAsync(
        IndexSettings indexes,
        KraitContext context,
        ParsedArguments arguments,
        string system,
        CancellationToken cancellationToken
    )
    {
        // Where no index is asked, PyTorch's are none to be asked.
        if (arguments.Value(SelectionOptions.TorchBackend) is not { } wanted || indexes.Indexes.IsEmpty)
            return indexes;
        var backend = wanted.ToLowerInvariant();
        var torch = new TorchIndexes(Root(context));
        if (backend is not Automatic)
            return indexes with { Pinned = torch.For(backend, indexes.Strategy) };
        var accelerator = await new AcceleratorSearch("/", context.Variables).FindAsync(cancellationToken);
        var backends = TorchSupport.BackendsOf(accelerator, system);
        context.Terminal.Detail($"{Describe(accelerator)}: PyTorch for {string.Join(", ", backends)}");
        return indexes with { Pinned = torch.ForAnyOf(backends, indexes.Strategy) };
    }

    private static string Describe(Accelerator? accelerator) =>
        accelerator switch
        {
            Accelerator.Nvidia nvidia => $"NVIDIA driver {nvidia.Driver} (`{nvidia.Origin}`)",
            Accelerator.Amd amd => $"AMD GPU {amd.Architecture} (`{amd.Origin}`)",
            Accelerator.Intel intel => $"Intel GPU (`{intel.Origin}`)",
            _ => "no accelerator found",
        };

    private static SafeUrl Root(KraitContext context)
    {
        var text = context.Variables.GetValueOrDefault(RootVariable, "");
        return IndexAccess.Location(context, text.Length == 0 ? IndexLocation.TorchIndexes : text.TrimEnd('/'));
    }
}
