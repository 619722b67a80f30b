using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait shell`.</summary>
internal static class ShellCommand
{
    public static Command Command { get; } =
        new("shell", "Start a shell in which the environment of the project is active")
        {
            Options = () => RunOptions.All,
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        RunPlace place;
        await using (var run = await CommandRun.OpenAsync(context, arguments, cancellationToken))
        {
            var preparation = new RunPreparation(context, arguments, run);
            var target = new RunTarget.Program("shell");
            if (await preparation.PrepareAsync(target, cancellationToken) is not { } prepared)
                return ExitCodes.Failed;
            run.Display.Stop();
            place = prepared;
        }

        var shell = context.Variables.GetValueOrDefault("SHELL") is { Length: > 0 } named ? named : "/bin/sh";
        context.Terminal.Flush();
        return await new ForegroundProcess(shell)
        {
            Arguments = Arguments(shell, place),
            WorkingFolder = context.WorkingFolder,
            Environment = place.Variables(context.Variables),
            SharesTerminal = true,
        }.RunAsync();
    }

    /// <summary>What makes a shell activate the environment after its own files, which may change the prompt and PATH.</summary>
    private static ImmutableArray<string> Arguments(string shell, RunPlace place)
    {
        if (place.Root is not { } root)
            return [];
        switch (Path.GetFileName(shell))
        {
            case "bash":
                var file = Path.Join(root, ".krait-shellrc");
                var text =
                    $"[ -f ~/.bashrc ] && . ~/.bashrc\n. '{root.Replace("'", "'\\''", StringComparison.Ordinal)}/bin/activate'\n";
                AtomicFile.Write(file, System.Text.Encoding.UTF8.GetBytes(text), durable: false);
                return ["--rcfile", file];
            case "fish":
                return ["-C", $"source '{root}/bin/activate.fish'"];
            default:
                return [];
        }
    }
}
