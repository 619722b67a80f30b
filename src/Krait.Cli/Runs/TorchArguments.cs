using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Index;
using Krait.Packaging.Text;
using Krait.Platform.Accelerators;
using Krait.Sources;
using Krait.Sources.Torch;

namespace Krait.Cli.Runs;

/// <summary>Reads `--torch-backend`.</summary>
internal static class TorchArguments
{
    /// <summary>The variable that names another place with the same indexes.</summary>
    public const string RootVariable = "KRAIT_TORCH_INDEX_URL";

    /// <summary>The indexes with what `--torch-backend` says of them.</summary>
    /// <exception cref="KraitException">A variable cannot be used (unusable input).</exception>
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
        var choice = await TorchPolicy.ApplyAsync(
            indexes,
            wanted.ToLowerInvariant(),
            Root(context),
            new AcceleratorSearch("/", context.Variables),
            system,
            cancellationToken
        );
        if (choice.Found is { } found)
            context.Terminal.Detail(found);
        return choice.Indexes;
    }

    private static SafeUrl Root(KraitContext context)
    {
        var text = context.Variables.GetValueOrDefault(RootVariable, "");
        return IndexArguments.Policy(context).Locate(text.Length == 0 ? IndexLocation.TorchIndexes : text.TrimEnd('/'));
    }
}
