using System.Collections.Immutable;
using Krait.Environments.Layouts;

namespace Krait.Cli.Commands.Projects;

/// <summary>Where a program is run: an interpreter, and the environments whose programs are found first.</summary>
/// <param name="Python">The interpreter.</param>
internal sealed record RunPlace(string Python)
{
    /// <summary>The directories of programs, the first one first.</summary>
    public ImmutableArray<string> Programs { get; init; } = [];

    /// <summary>The environment that is active for the program; null for none.</summary>
    public string? Root { get; init; }

    /// <summary>The environment under the one that is active: its scripts are run by the interpreter above it.</summary>
    public PythonEnvironment? Base { get; init; }

    /// <summary>An environment.</summary>
    public static RunPlace Of(PythonEnvironment environment) =>
        new(environment.Executable)
        {
            Programs =
            [
                environment.IsVirtual
                    ? environment.Layout.Scripts
                    : Path.GetDirectoryName(environment.Executable) ?? "/",
            ],
            Root = environment.IsVirtual ? environment.Root : null,
        };

    /// <summary>The variables of a program that is run here.</summary>
    public Dictionary<string, string> Variables(IReadOnlyDictionary<string, string> variables)
    {
        var own = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        own.Remove("PYTHONHOME");
        if (Root is not null)
            own["VIRTUAL_ENV"] = Root;
        var path = variables.GetValueOrDefault("PATH") ?? "";
        own["PATH"] = string.Join(Path.PathSeparator, Programs.Append(path).Where(part => part.Length > 0));
        return own;
    }
}
