using Krait.Packaging.Text;

namespace Krait.Projects.Workspaces;

/// <summary>Where the environment of a workspace is.</summary>
/// <param name="Path">The absolute path of its directory.</param>
/// <param name="IsOwn">Whether it is the project's, and may be made again; an active environment of the user's is not.</param>
public sealed record EnvironmentPlace(string Path, bool IsOwn)
{
    /// <summary>The variable that names another place for the environments of projects.</summary>
    public const string Variable = "KRAIT_PROJECT_ENVIRONMENT";

    /// <summary>What the user should know about the choice.</summary>
    public Diagnostic? Warning { get; private init; }

    /// <summary>The place for a workspace.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="usesActive">Whether the active environment is used (`--active`); null where the user says neither.</param>
    /// <param name="member">The member whose own environment it is; null for that of the workspace.</param>
    public static EnvironmentPlace Of(
        Workspace workspace,
        IReadOnlyDictionary<string, string> variables,
        bool? usesActive,
        Project? member = null
    )
    {
        var named = variables.GetValueOrDefault(Variable) is { Length: > 0 } text ? text : ".venv";
        var own = Full(named, member?.Folder ?? workspace.Folder);
        if (variables.GetValueOrDefault("VIRTUAL_ENV") is not { Length: > 0 } active)
            return new EnvironmentPlace(own, IsOwn: true);
        var activePath = Full(active, workspace.Folder);
        var isSame = string.Equals(activePath, own, StringComparison.Ordinal);
        if (usesActive == true && !isSame)
            return new EnvironmentPlace(activePath, IsOwn: false);
        return new EnvironmentPlace(own, IsOwn: true)
        {
            Warning =
                isSame || usesActive == false
                    ? null
                    : new Diagnostic(
                        "other-environment-active",
                        $"ignoring the active environment `{active}`: the project's is `{named}`"
                    )
                    {
                        Hints = [$"Pass {Control.Active} to use the active one"],
                    },
        };
    }

    private static string Full(string path, string folder) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path, folder));
}
