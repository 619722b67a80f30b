using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Projects.Editing;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>Changes manifests, and with them the lock and the environment.</summary>
internal static class ManifestChangeRun
{
    /// <summary>Writes the manifests.</summary>
    public static Task ApplyAsync(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        ImmutableArray<ManifestRewrite> rewrites,
        CancellationToken cancellationToken
    )
    {
        foreach (var (file, text) in rewrites)
            file.Write(text);
        return Task.CompletedTask;
    }
}
