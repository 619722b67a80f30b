using System.Collections.Immutable;
using Krait.Platform.Processes;
using Krait.Projects.Running;

namespace Krait.Cli.Commands.Projects;

/// <summary>Runs a task and what it depends on: in order, and at the same time where one does not need the other.</summary>
internal sealed class TaskRun(
    KraitContext context,
    RunPlace place,
    IReadOnlyDictionary<string, string> variables,
    ImmutableArray<TaskDefinition> order
) : IDisposable
{
    private readonly Dictionary<string, Task<int>> started = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount));
    private readonly TaskStamp? stamps = place.Root is { } root ? new TaskStamp(root) : null;

    /// <summary>Runs them; the last task of the order gets the arguments of the command line.</summary>
    /// <returns>0, or the exit code of a command that failed; what depends on it is not run.</returns>
    public async Task<int> RunAsync(ImmutableArray<string> arguments)
    {
        foreach (var task in order)
            started[task.Name] = RunAfterAsync(task, ReferenceEquals(task, order[^1]) ? arguments : []);
        var codes = await Task.WhenAll(started.Values);
        return codes.FirstOrDefault(code => code != 0);
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private async Task<int> RunAfterAsync(TaskDefinition task, ImmutableArray<string> arguments)
    {
        // The order has what a task depends on before it.
        var before = task.DependsOn.Select(name => started[name]).ToList();
        foreach (var dependency in before)
        {
            if (await dependency is not 0 and var code)
                return code;
        }

        if (stamps?.IsFresh(task, arguments) is true)
        {
            context.Terminal.Say($"Skipped `{task.Name}`: nothing has changed");
            return 0;
        }

        await slots.WaitAsync();
        try
        {
            return await RunCommandsAsync(task, arguments);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<int> RunCommandsAsync(TaskDefinition task, ImmutableArray<string> arguments)
    {
        var own = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var (name, value) in task.Variables)
            own[name] = value;
        var folder = Path.GetFullPath(task.WorkingDirectory ?? ".", task.Folder);
        for (var i = 0; i < task.Commands.Length; i++)
        {
            var words = i == task.Commands.Length - 1 ? task.Commands[i].AddRange(arguments) : task.Commands[i];
            context.Terminal.Detail($"{task.Name}: {string.Join(' ', words)}");
            var (program, rest) = RunPrograms.Find(folder, words[0], words[1..], place, own);
            var code = await new ForegroundProcess(program)
            {
                Arguments = rest,
                WorkingFolder = folder,
                Environment = own,
                SharesTerminal = context.Terminal.IsInteractive,
            }.RunAsync();
            if (code != 0)
            {
                context.Terminal.Alert($"task `{task.Name}` failed: `{words[0]}` exited with {code}");
                return code;
            }
        }

        stamps?.Write(task, arguments);
        return 0;
    }
}
