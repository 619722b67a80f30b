using Krait.Cli.Runs;
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
            var result = await GitCommands.TryRunAsync(
                context,
                context.WorkingFolder,
                ["config", "--get", key],
                cancellationToken
            );
            var text = result is { ExitCode: 0 } ? result.Output.Trim() : "";
            return text.Length > 0 ? text : null;
        }
    }
}
