using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Platform.Files;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>Which versions of Python a new project is for.</summary>
internal static class InitPython
{
    /// <summary>
    /// What `requires-python` says, and what is pinned; no pin for a member of a workspace, which has one environment, or where the user wants
    /// none.
    /// </summary>
    /// <exception cref="Packaging.Text.KraitException">The request cannot be read, or there is no such interpreter (unusable input).</exception>
    public static async Task<(string RequiresPython, string? Pin)> ChooseAsync(
        KraitContext context,
        ParsedArguments arguments,
        string folder,
        Workspace? workspace,
        CancellationToken cancellationToken
    )
    {
        var asked = arguments.Value(InitOptions.Python);
        if (asked is null && workspace?.RequiresPython is { } shared)
            return (shared.ToString(), null);
        asked ??= PinIn(folder);
        var request = EnvironmentAccess.Request(asked);
        var pins = workspace is null && !arguments.IsOn(InitOptions.NoPin) && !arguments.IsOn(InitOptions.Bare);
        // A range says it all, and so does a version, unless it has to be pinned to an interpreter that is there.
        if (request.Specifiers is { } range && asked is not null)
            return (range.ToString(), pins ? await FindMinorAsync() : null);
        if (request is { Release: { } release, Path: null, ExecutableName: null } && release.Minor is { } minor)
        {
            var version = $"{release.Major}.{minor}";
            return ($">={version}", pins ? version : null);
        }

        var found = await FindMinorAsync();
        return ($">={found}", pins ? found : null);

        async Task<string> FindMinorAsync()
        {
            using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
            var interpreter = await EnvironmentAccess
                .Discovery(context, cache)
                .FindInterpreterAsync(request, includeEnvironments: false, cancellationToken);
            return $"{interpreter.Major}.{interpreter.Minor}";
        }
    }

    private static string? PinIn(string folder) =>
        PlainFile.TryRead(Path.Join(folder, ".python-version"), out var text) == FileError.None
            ? text.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Length > 0 && line[0] != '#')
            : null;
}
