using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Processes;
using Krait.Projects.Scaffolding;

namespace Krait.Cli.Commands.Projects;

/// <summary>What Git knows about the user.</summary>
internal static class GitSettings
{
    /// <summary>The user as the author of commits; null where Git is missing or does not know.</summary>
    public static async Task<ScaffoldAuthor?> FindAuthorAsync(KraitContext context, CancellationToken cancellationToken)
    {
        var name = await ReadAsync("user.name");
        var email = await ReadAsync("user.email");
        return name is null && email is null ? null : new ScaffoldAuthor(name, email);

        async Task<string?> ReadAsync(string key)
        {
            var result = await TryRunAsync(context, context.WorkingFolder, ["config", "--get", key], cancellationToken);
            var text = result is { ExitCode: 0 } ? result.Output.Trim() : "";
            return text.Length > 0 ? text : null;
        }
    }

    /// <summary>Runs Git; null where it is not installed.</summary>
    public static async Task<SubprocessResult?> TryRunAsync(
        KraitContext context,
        string folder,
        ImmutableArray<string> arguments,
        CancellationToken cancellationToken
    )
    {
        if (ProgramSearch.Find("git", context.Variables.GetValueOrDefault("PATH") ?? "") is not { } git)
            return null;
        try
        {
            return await new Subprocess(git)
            {
                Arguments = arguments,
                WorkingFolder = folder,
                Environment = context.Variables,
                Limit = TimeSpan.FromSeconds(30),
            }.RunAsync(lines: null, cancellationToken);
        }
        catch (KraitException)
        {
            // A Git that does not run is as good as none.
            return null;
        }
    }
}
