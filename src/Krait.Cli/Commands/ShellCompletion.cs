using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>`krait generate-shell-completion SHELL`: prints a script made from the tables that the parser reads.</summary>
internal static class ShellCompletion
{
    /// <summary>The shells that there are scripts for.</summary>
    public static ImmutableArray<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    public static Command Command { get; } =
        new("generate-shell-completion", "Print a completion script for a shell: bash, zsh, fish or powershell")
        {
            Positional = new Positional("SHELL", IsRequired: true, IsRepeatable: false),
            Options = () => [],
            UsesSettings = false,
            RunAsync = (context, arguments, _) =>
            {
                context.Terminal.WriteExact(Script(arguments.Positionals[0]));
                return Task.FromResult(ExitCodes.Done);
            },
        };

    private static string Script(string shell) =>
        shell.ToLowerInvariant() switch
        {
            "bash" => BashCompletion.Write(),
            "zsh" => ZshCompletion.Write(),
            "fish" => FishCompletion.Write(),
            "powershell" or "pwsh" => PowerShellCompletion.Write(),
            _ => throw new UsageException(
                $"there is no completion script for `{shell}`",
                $"Choose one of: {string.Join(", ", Shells)}"
            ),
        };
}
