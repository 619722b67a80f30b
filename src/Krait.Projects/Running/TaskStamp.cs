using System.Security.Cryptography;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Running;

/// <summary>What a task read when it last succeeded: while that is the same and what it writes is there, it need not be run.</summary>
/// <param name="stateFolder">Where stamps are kept; it goes with the environment.</param>
public sealed class TaskStamp(string stateFolder)
{
    private const string FolderName = ".krait-tasks";

    /// <summary>Whether there is nothing to do for a task.</summary>
    public bool IsFresh(TaskDefinition task, IReadOnlyList<string> arguments) =>
        task.CanBeSkipped
        && task.Outputs.All(pattern => FileGlob.Find(task.Folder, pattern).Count > 0)
        && PlainFile.TryRead(PathOf(task), out var stamp) == FileError.None
        && string.Equals(stamp, Compute(task, arguments), StringComparison.Ordinal);

    /// <summary>Notes that a task has succeeded.</summary>
    /// <exception cref="FileSystemException">The note cannot be written.</exception>
    public void Write(TaskDefinition task, IReadOnlyList<string> arguments)
    {
        if (!task.CanBeSkipped)
            return;
        FolderTree.Create(Path.Join(stateFolder, FolderName));
        AtomicFile.Write(PathOf(task), Encoding.UTF8.GetBytes(Compute(task, arguments)), durable: false);
    }

    private string PathOf(TaskDefinition task) =>
        Path.Join(stateFolder, FolderName, Hash(Encoding.UTF8.GetBytes($"{task.Folder}\n{task.Name}"))[..32]);

    private static string Compute(TaskDefinition task, IReadOnlyList<string> arguments)
    {
        var text = new StringBuilder();
        foreach (var command in task.Commands)
            text.AppendJoin('\0', command).Append('\n');
        text.AppendJoin('\0', arguments).Append('\n');
        foreach (var (name, value) in task.Variables)
            text.Append(name).Append('=').Append(value).Append('\n');
        foreach (var pattern in task.Inputs)
        {
            foreach (var file in FileGlob.Find(task.Folder, pattern))
            {
                var hash = PlainFile.TryReadBytes(file, out var content) == FileError.None ? Hash(content) : "";
                text.Append(file).Append('=').Append(hash).Append('\n');
            }
        }

        return Hash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
