using System.Buffers;

namespace Krait.Packaging.Metadata;

/// <summary>
/// The programs of an environment itself, which no package may bring, replace or remove. Case does not count, as some file systems
/// ignore it, and neither does `.exe`.
/// <list type="bullet">
/// <item>`python`, `pypy` and `graalpy`, their windowed forms `pythonw` and `pypyw`, and all of these with a version: the environment
/// works by being started through them, and so does every script in it.</item>
/// <item>`activate` and `deactivate` for each shell, and `activate_this.py`: users and services run them by name inside a shell or a
/// process of their own, so that whoever replaces one runs there too.</item>
/// <item>`pydoc.bat`: a file that tools for environments write beside the activation scripts.</item>
/// <item>`krait`: in an activated environment it would be started in place of the one that checks packages.</item>
/// </list>
/// </summary>
public static class ReservedPrograms
{
    /// <summary>What may follow an interpreter's name: a version, `t` of free-threaded and `d` of debug builds.</summary>
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.tTdD");

    private static readonly string[] Interpreters = ["python", "pythonw", "pypy", "pypyw", "graalpy"];

    private static readonly HashSet<string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        "activate",
        "activate.bat",
        "activate.csh",
        "activate.fish",
        "activate.nu",
        "activate.ps1",
        "activate.xsh",
        "activate_this.py",
        "deactivate",
        "deactivate.bat",
        "deactivate.nu",
        "pydoc.bat",
        "krait",
    };

    /// <summary>Whether a file name in the folder of programs is one of these.</summary>
    public static bool Contains(ReadOnlySpan<char> name)
    {
        var program = name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        return Others.GetAlternateLookup<ReadOnlySpan<char>>().Contains(program) || IsInterpreter(program);
    }

    /// <summary>`python`, `python3.13t`, `pythonw3`, `pypy3.10` and their like.</summary>
    private static bool IsInterpreter(ReadOnlySpan<char> program)
    {
        foreach (var interpreter in Interpreters)
        {
            if (
                program.StartsWith(interpreter, StringComparison.OrdinalIgnoreCase)
                && program[interpreter.Length..].IndexOfAnyExcept(VersionCharacters) < 0
            )
            {
                return true;
            }
        }

        return false;
    }
}
