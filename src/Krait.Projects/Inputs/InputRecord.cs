using System.Collections.Concurrent;

namespace Krait.Projects.Inputs;

/// <summary>Which texts were read, for those who want to know later whether they would read the same again.</summary>
public sealed class InputRecord
{
    private readonly ConcurrentQueue<string> files = new();
    private volatile bool isIncomplete;

    /// <summary>The files, by absolute path.</summary>
    public IEnumerable<string> Files => files;

    /// <summary>Whether the files alone say everything: no standard input, no address, no variable of the environment.</summary>
    public bool IsComplete => !isIncomplete;

    /// <summary>Notes a file and what it says.</summary>
    internal void Add(string file, string text)
    {
        files.Enqueue(file);
        // `${NAME}` in a requirements file stands for a variable.
        if (text.Contains("${", StringComparison.Ordinal))
            isIncomplete = true;
    }

    /// <summary>Notes that something else than a file was read.</summary>
    internal void AddUnknown() => isIncomplete = true;
}
