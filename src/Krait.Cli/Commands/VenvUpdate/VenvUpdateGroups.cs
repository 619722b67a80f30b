using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Cli.Commands.VenvUpdate;

/// <summary>The four groups of a `venv-update` command line; a group that is named replaces its default entirely.</summary>
internal sealed record VenvUpdateGroups
{
    /// <summary>The path that is used where none is named.</summary>
    public const string UsualPath = "venv";

    /// <summary>What the environment is made with.</summary>
    public ImmutableArray<string> Venv { get; init; } = [UsualPath];

    /// <summary>What is installed.</summary>
    public ImmutableArray<string> Install { get; init; } = ["-r", "requirements.txt"];

    /// <summary>What installs it.</summary>
    public ImmutableArray<string> PipCommand { get; init; } = ["pip-faster", "install", "--upgrade", "--prune"];

    /// <summary>What is installed before; Krait itself needs nothing.</summary>
    public ImmutableArray<string> BootstrapDeps { get; init; } = [];

    /// <summary>Reads a command line.</summary>
    /// <exception cref="KraitException">Something stands before the first group, or a group is unknown.</exception>
    public static VenvUpdateGroups Parse(IEnumerable<string> words)
    {
        var groups = new VenvUpdateGroups();
        string? current = null;
        var collected = new List<string>();
        foreach (var word in words)
        {
            if (word.EndsWith('=') && !word.StartsWith('-'))
            {
                groups = groups.With(current, collected);
                (current, collected) = (Known(word), []);
            }
            else if (current is null)
            {
                throw Unusable(
                    $"`{word}` stands before the first group",
                    "Begin with `venv=`, `install=`, `pip-command=` or `bootstrap-deps=`"
                );
            }
            else
            {
                collected.Add(word);
            }
        }

        return groups.With(current, collected);
    }

    private VenvUpdateGroups With(string? group, List<string> words) =>
        group switch
        {
            "venv=" => this with { Venv = [.. words] },
            "install=" => this with { Install = [.. words] },
            "pip-command=" => this with { PipCommand = [.. words] },
            "bootstrap-deps=" => this with { BootstrapDeps = [.. words] },
            _ => this,
        };

    private static string Known(string word) =>
        word is "venv=" or "install=" or "pip-command=" or "bootstrap-deps="
            ? word
            : throw Unusable(
                $"there is no group `{word}`",
                "The groups are `venv=`, `install=`, `pip-command=` and `bootstrap-deps=`"
            );

    /// <summary>As venv-update does, this exits with 1.</summary>
    private static KraitException Unusable(string message, string hint) =>
        new(new Diagnostic("usage", message) { Hints = [hint] });
}
