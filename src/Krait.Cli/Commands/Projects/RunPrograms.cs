using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands.Projects;

/// <summary>Finds the programs that `krait run` starts.</summary>
internal static class RunPrograms
{
    /// <summary>Finds a program.</summary>
    /// <param name="folder">The directory that a path starts from.</param>
    /// <param name="name">Its name or path.</param>
    /// <param name="arguments">What it gets.</param>
    /// <param name="place">Where it runs.</param>
    /// <param name="variables">Its variables.</param>
    /// <returns>The program to start, and its arguments.</returns>
    /// <exception cref="KraitException">There is no such program (unusable input).</exception>
    public static (string Program, ImmutableArray<string> Words) Find(
        string folder,
        string name,
        ImmutableArray<string> arguments,
        RunPlace place,
        IReadOnlyDictionary<string, string> variables
    )
    {
        if (name is "python" && place.Root is null)
            return (place.Python, arguments);
        var path = name.Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(name, folder)
            : ProgramSearch.Find(name, variables.GetValueOrDefault("PATH") ?? "");
        if (path is null || !FileStatus.Exists(path, followLinks: true))
            throw NotFound(name);
        // A script of the environment below starts its own interpreter, which does not see what was added.
        return place.Base is { } below && IsScriptOf(path, below.Root)
            ? (place.Python, [path, .. arguments])
            : (path, arguments);
    }

    private static bool IsScriptOf(string path, string root) =>
        path.StartsWith(root + "/", StringComparison.Ordinal)
        && PlainFile.TryReadBytes(path, out var content) == FileError.None
        && content.AsSpan().StartsWith("#!"u8)
        && content.AsSpan(0, Math.Min(content.Length, 512)).IndexOf("python"u8) > 0;

    private static KraitException NotFound(string name) =>
        new(
            new Diagnostic("no-command", $"there is no command `{name}` in the environment or on PATH")
            {
                Hints =
                [
                    name.EndsWith(".py", StringComparison.Ordinal)
                        ? "Check the path of the script"
                        : "If a package provides it, add that package with `krait add PACKAGE`, or use it once with `--with PACKAGE`",
                ],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
