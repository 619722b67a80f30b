using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Running;

/// <summary>The tasks that are run at certain moments (`[tool.krait.hooks]` of the workspace's root).</summary>
public static class HookTable
{
    /// <summary>Before the project is locked.</summary>
    public const string PreLock = "pre-lock";

    /// <summary>After the environment has changed.</summary>
    public const string PostSync = "post-sync";

    private static readonly string[] Moments = [PreLock, PostSync];

    /// <summary>The tasks of a moment, in the order in which they are run.</summary>
    /// <exception cref="KraitException">A hook cannot be used, or names no task (unusable input).</exception>
    public static ImmutableArray<TaskDefinition> Read(Workspace workspace, string moment)
    {
        var root = workspace.Root;
        if (root.Settings.Table?["hooks"] is not { } value)
            return [];
        if (value is not TomlTable table)
            throw Fail(root, value, "`hooks` is not a table");
        foreach (var entry in table.Entries)
        {
            if (!Moments.Contains(entry.Key, StringComparer.Ordinal))
            {
                throw Fail(
                    root,
                    entry.Value,
                    $"there is no hook `{entry.Key}`; there are {string.Join(" and ", Moments.Select(one => $"`{one}`"))}"
                );
            }
        }

        if (table[moment] is not { } stated)
            return [];
        var names = stated.AsString is { } one ? [one] : stated.AsArray?.AsStrings() ?? [];
        if (names.IsEmpty)
            throw Fail(root, stated, $"the hook `{moment}` is neither the name of a task nor a list of names");
        var tasks = TaskTable.Read(workspace);
        var order = ImmutableArray.CreateBuilder<TaskDefinition>();
        foreach (var name in names)
        {
            if (tasks.Find(name) is null)
                throw Fail(root, stated, $"the hook `{moment}` names `{name}`, which is not a task");
            order.AddRange(
                tasks
                    .OrderFor(name)
                    .Where(task => !order.Any(known => string.Equals(known.Name, task.Name, StringComparison.Ordinal)))
            );
        }

        return order.ToImmutable();
    }

    private static KraitException Fail(Project project, TomlValue value, string message)
    {
        var error = project.Manifest.Document.Error("invalid-hook", value, message);
        return new KraitException(error.In(project.ShownFile, error.Line)) { Kind = FailureKind.UnusableInput };
    }
}
