using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Running;

/// <summary>The tasks of a project, and those of its workspace.</summary>
public sealed class TaskTable
{
    private static readonly string[] Keys =
    [
        "run",
        "description",
        "depends-on",
        "env",
        "group",
        "extra",
        "working-directory",
        "inputs",
        "outputs",
    ];

    private readonly Dictionary<string, TaskDefinition> tasks = new(StringComparer.Ordinal);

    /// <summary>The tasks by name.</summary>
    public IEnumerable<TaskDefinition> All => tasks.Values.OrderBy(task => task.Name, StringComparer.Ordinal);

    /// <summary>The task of a name; null where there is none.</summary>
    public TaskDefinition? Find(string name) => tasks.GetValueOrDefault(name);

    /// <summary>Whether the current project or the root states tasks, which may be unusable.</summary>
    public static bool IsStatedIn(Workspace workspace) =>
        workspace.Root.Settings.Table?["tasks"] is not null || workspace.Current.Settings.Table?["tasks"] is not null;

    /// <summary>Reads the tasks of the current project and of the root; where both have one, the project's counts.</summary>
    /// <exception cref="KraitException">A task cannot be used (unusable input).</exception>
    public static TaskTable Read(Workspace workspace)
    {
        var table = new TaskTable();
        table.Add(workspace.Root);
        if (!ReferenceEquals(workspace.Root, workspace.Current))
            table.Add(workspace.Current);
        return table;
    }

    /// <summary>A task and everything that it depends on, in an order in which they can be run.</summary>
    /// <exception cref="KraitException">A task is missing, or depends on itself (unusable input).</exception>
    public ImmutableArray<TaskDefinition> OrderFor(string name)
    {
        var order = ImmutableArray.CreateBuilder<TaskDefinition>();
        Visit(name, [], order);
        return order.ToImmutable();
    }

    private void Visit(string name, ImmutableArray<string> path, ImmutableArray<TaskDefinition>.Builder order)
    {
        if (path.IndexOf(name) is >= 0 and var start)
        {
            var cycle = string.Join(" -> ", path[start..].Add(name).Select(one => $"`{one}`"));
            throw Unusable(new Diagnostic("task-cycle", $"the task `{name}` depends on itself: {cycle}"));
        }

        if (order.Any(task => string.Equals(task.Name, name, StringComparison.Ordinal)))
            return;
        if (Find(name) is not { } found)
        {
            throw Unusable(
                new Diagnostic("unknown-task", $"there is no task `{name}`")
                {
                    Notes = path.IsEmpty ? [] : [$"The task `{path[^1]}` depends on it"],
                }
            );
        }

        foreach (var dependency in found.DependsOn)
            Visit(dependency, path.Add(name), order);
        order.Add(found);
    }

    private void Add(Project project)
    {
        if (project.Settings.Table?["tasks"] is not { } value)
            return;
        var document = project.Manifest.Document;
        if (value is not TomlTable table)
            throw Fail(project, value, "`tasks` is not a table");
        foreach (var entry in table.Entries)
            tasks[entry.Key] = new Reader(project, document).Read(entry);
    }

    private static KraitException Fail(Project project, TomlValue value, string message)
    {
        var error = project.Manifest.Document.Error("invalid-task", value, message);
        return Unusable(error.In(project.ShownFile, error.Line));
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };

    private sealed class Reader(Project project, TomlDocument document)
    {
        public TaskDefinition Read(TomlEntry entry)
        {
            var task = new TaskDefinition(entry.Key, project.Folder);
            if (entry.Value is TomlString)
                return task with { Commands = [Words(entry.Value)] };
            if (entry.Value is not TomlTable table)
                throw Fail(project, entry.Value, $"the task `{entry.Key}` is neither a command nor a table");
            foreach (var key in table.Entries.Where(one => !Keys.Contains(one.Key, StringComparer.Ordinal)))
                throw Fail(project, key.Value, $"the task `{entry.Key}` has an unknown key `{key.Key}`");
            task = task with
            {
                Description = table.GetString("description"),
                Commands = Commands(table["run"]),
                DependsOn = Strings(table, "depends-on"),
                Variables = Variables(table),
                Extras = [.. Strings(table, "extra").Select(Name)],
                Groups = [.. Strings(table, "group").Select(Name)],
                WorkingDirectory = table.GetString("working-directory"),
                Inputs = Strings(table, "inputs"),
                Outputs = Strings(table, "outputs"),
            };
            return task.Commands.IsEmpty && task.DependsOn.IsEmpty
                ? throw Fail(project, table, $"the task `{entry.Key}` has neither `run` nor `depends-on`")
                : task;
        }

        private ImmutableArray<ImmutableArray<string>> Commands(TomlValue? run) =>
            run switch
            {
                null => [],
                TomlArray array => [.. array.Items.Select(Words)],
                _ => [Words(run)],
            };

        /// <summary>The words of a command: a text that is divided as a shell does it, or the words themselves.</summary>
        private ImmutableArray<string> Words(TomlValue command)
        {
            if (command is TomlArray array && array.AsStrings() is { Length: > 0 } listed)
                return listed;
            if (command is not TomlString text || !ShellWords.TrySplit(text.Value, out var words) || words.Count == 0)
                throw Fail(project, command, "a command is a text, or a list of words");
            string[] operators = ["&&", "||", "|", ";", ">", ">>", "<", "&"];
            if (words.FirstOrDefault(word => operators.Contains(word, StringComparer.Ordinal)) is { } shell)
            {
                throw Unusable(
                    Fail(
                        project,
                        command,
                        $"a command does not pass a shell, so `{shell}` means nothing in it"
                    ).Diagnostic with
                    {
                        Hints = ["Use a list of commands, or `[\"sh\", \"-c\", \"…\"]` in such a list"],
                    }
                );
            }

            return [.. words];
        }

        private ImmutableArray<string> Strings(TomlTable table, string key) =>
            table[key] switch
            {
                null => [],
                TomlString text => [text.Value],
                TomlArray array when array.AsStrings() is { } strings => strings,
                var other => throw Fail(project, other, $"`{key}` is not a list of strings"),
            };

        private ImmutableArray<KeyValuePair<string, string>> Variables(TomlTable table)
        {
            if (table["env"] is not { } value)
                return [];
            if (value is not TomlTable variables)
                throw Fail(project, value, "`env` is not a table");
            return
            [
                .. variables.Entries.Select(entry => new KeyValuePair<string, string>(
                    entry.Key,
                    entry.Value.AsString ?? entry.Value.ToString()
                )),
            ];
        }

        private ExtraName Name(string text) =>
            ExtraName.TryParse(text, out var name, out var error)
                ? name
                : throw Unusable(error.In(project.ShownFile, document.LineOf(0)));
    }
}
