using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Platform.Files;

namespace Krait.Environments.Discovery;

/// <summary>An interpreter to make environments from, which is in none itself.</summary>
/// <param name="Interpreter">What it is.</param>
/// <param name="Program">
/// The path that environments name it by: links to its folder are kept, since they may lead to a successor one day, and so is a link to
/// it that says its version.
/// </param>
public sealed record BaseInterpreter(Interpreter Interpreter, string Program)
{
    private const int MostSteps = 40;

    /// <summary>The first release whose interpreters find their library when their program is a link (`getpath.py`).</summary>
    private const int FirstThatFollowsLinks = 11;

    /// <summary>The path to name an interpreter by in environments; where it was found in one, that of the one behind it.</summary>
    /// <param name="named">The path that it was found by.</param>
    /// <param name="interpreter">The interpreter found.</param>
    internal static string FindProgram(string named, Interpreter interpreter)
    {
        var current = named;
        for (var step = 0; step < MostSteps; step++)
        {
            if (FindBehindEnvironment(current, interpreter) is { } behind)
            {
                current = behind;
                continue;
            }

            if (LinkResolver.Resolve(current) is not { } real)
                break;
            if (FindExactName(current, real, interpreter) is { } exact)
                return exact;
            // A name like `python3` may stand for another version tomorrow: what it leads to does not.
            if (SymbolicLinks.Read(current) is not { } target)
                return current;
            current = Path.GetFullPath(target, Path.GetDirectoryName(current) ?? "/");
        }

        return interpreter.Executable;
    }

    /// <summary>The program that the environment around a program was made from; null when there is none around it.</summary>
    private static string? FindBehindEnvironment(string program, Interpreter interpreter)
    {
        var root = Path.GetDirectoryName(Path.GetDirectoryName(program));
        if (root is null || !InterpreterCandidates.Exists(Path.Join(root, VenvConfiguration.FileName)))
            return null;
        if (VenvConfiguration.TryRead(root)?.Home is not { } home || !Path.IsPathRooted(home))
            return null;
        string[] names = [.. ExactNames(interpreter), Path.GetFileName(program), "python3", "python"];
        return names.Select(name => Path.Join(home, name)).FirstOrDefault(InterpreterCandidates.Exists);
    }

    /// <summary>The same program in the same folder by a name that says its version; null when it has none there.</summary>
    private static string? FindExactName(string program, string real, Interpreter interpreter)
    {
        var folder = Path.GetDirectoryName(program) ?? "/";
        return ExactNames(interpreter)
            .Prepend(Path.GetFileName(real))
            .Select(n => Path.Join(folder, n))
            .FirstOrDefault(Is);

        bool Is(string path) =>
            FileStatus.TryRead(path, followLinks: false, out var status) == FileError.None
            && (status.Kind == FileKind.File || interpreter.Minor >= FirstThatFollowsLinks)
            && string.Equals(LinkResolver.Resolve(path), real, StringComparison.Ordinal);
    }

    private static string[] ExactNames(Interpreter interpreter) =>
        interpreter.Implementation is "pypy"
            ? [$"pypy{interpreter.Major}.{interpreter.Minor}", $"python{interpreter.Major}.{interpreter.Minor}"]
            : [$"python{interpreter.Major}.{interpreter.Minor}"];
}
