using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands.Projects;

/// <summary>The repository of a new project.</summary>
internal sealed class NewRepository(KraitContext context, ParsedArguments arguments, string folder)
{
    /// <summary>Whether one is to be created: the user asks for it, or Git is there and the project is in no repository yet.</summary>
    public bool IsWanted { get; } = Decide(context, arguments, folder);

    /// <summary>Creates it.</summary>
    /// <exception cref="KraitException">Git refuses.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var result = await GitCommands.TryRunAsync(context, folder, ["init", "--quiet"], cancellationToken);
        if (result is { ExitCode: 0 })
            return;
        throw new KraitException(
            new Diagnostic("git-init", $"the project was created, but `git init` failed in `{folder}`")
            {
                Notes = result is null ? [] : [result.Errors.Trim()],
                Hints = ["Run `git init` there, or use `--vcs none` next time"],
            }
        );
    }

    private static bool Decide(KraitContext context, ParsedArguments arguments, string folder)
    {
        var asked = arguments.Value(InitOptions.Vcs);
        if (asked is "none" || (asked is null && arguments.IsOn(InitOptions.Bare)))
            return false;
        if (IsInRepository(folder))
            return false;
        if (ProgramSearch.Find("git", context.Variables.GetValueOrDefault("PATH") ?? "") is not null)
            return true;
        return asked is null
            ? false
            : throw new UsageException(
                "`--vcs git` needs Git, which is not on PATH",
                "Install Git, or use `--vcs none`"
            );
    }

    private static bool IsInRepository(string folder)
    {
        for (var next = folder; next is not null; next = Path.GetDirectoryName(next))
        {
            if (FileStatus.Exists(Path.Join(next, ".git"), followLinks: true))
                return true;
        }

        return false;
    }
}
