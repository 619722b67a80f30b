using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Projects.Running;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait task list`.</summary>
internal static class TaskCommands
{
    private static readonly Option OutputFormat = PipOptions.OutputFormat with { Help = "Print text or JSON" };

    public static Command List { get; } =
        new("task list", "List the tasks of the project")
        {
            Options = () => [ProjectOptions.Project, OutputFormat],
            RunAsync = (context, arguments, _) => Task.FromResult(WriteList(context, arguments)),
        };

    private static int WriteList(KraitContext context, ParsedArguments arguments)
    {
        var tasks = TaskTable.Read(ProjectAccess.Find(context, arguments)).All.ToList();
        if (arguments.Value(OutputFormat) is "json")
        {
            WriteJson(context, tasks);
            return ExitCodes.Done;
        }

        if (tasks.Count == 0)
        {
            context.Terminal.Say("The project has no tasks; define some in `[tool.krait.tasks]`");
            return ExitCodes.Done;
        }

        TextTable.Write(context.Terminal, [.. tasks.Select(task => new[] { task.Name, Summary(task) })]);
        return ExitCodes.Done;
    }

    private static string Summary(TaskDefinition task) =>
        task.Description
        ?? (
            task.Commands.IsEmpty
                ? $"runs {string.Join(", ", task.DependsOn)}"
                : string.Join(" && ", task.Commands.Select(words => string.Join(' ', words)))
        );

    private static void WriteJson(KraitContext context, List<TaskDefinition> tasks) =>
        context.Terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    writer.WriteStartArray();
                    foreach (var task in tasks)
                    {
                        writer.WriteStartObject();
                        writer.WriteString("name", task.Name);
                        writer.WriteString("description", task.Description);
                        writer.WriteStartArray("run");
                        foreach (var words in task.Commands)
                        {
                            writer.WriteStartArray();
                            foreach (var word in words)
                                writer.WriteStringValue(word);
                            writer.WriteEndArray();
                        }

                        writer.WriteEndArray();
                        writer.WriteStartArray("depends_on");
                        foreach (var name in task.DependsOn)
                            writer.WriteStringValue(name);
                        writer.WriteEndArray();
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                },
                isIndented: true
            )
        );
}
