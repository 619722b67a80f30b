using System.Buffers;

namespace Krait.Installer.Scripts;

/// <summary>Files that belong to an environment itself, and that no package may bring.</summary>
internal static class ReservedNames
{
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.tTdD");

    private static readonly HashSet<string> Scripts = new(StringComparer.OrdinalIgnoreCase)
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
        "python",
        "pythonw",
        "pypy",
        "pypyw",
        "graalpy",
        "krait",
    };

    /// <summary>Whether a name in the folder of programs is the interpreter's, an activation script's or Krait's own.</summary>
    public static bool IsScript(ReadOnlySpan<char> name)
    {
        var stem = name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
        if (Scripts.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem))
            return true;
        // `python3`, `python3.12`, `python3.13t`, `pythonw3`, `pypy3.10`.
        var rest =
            stem.StartsWith("python", StringComparison.OrdinalIgnoreCase) ? stem[6..]
            : stem.StartsWith("pypy", StringComparison.OrdinalIgnoreCase) ? stem[4..]
            : default;
        return !rest.IsEmpty && rest.TrimStart("wW").IndexOfAnyExcept(VersionCharacters) < 0;
    }

    /// <summary>Whether a path below an environment's root is one that makes it an environment.</summary>
    public static bool IsEnvironmentFile(string path)
    {
        if (
            path.Equals("pyvenv.cfg", StringComparison.OrdinalIgnoreCase)
            || path.Equals("lib64", StringComparison.OrdinalIgnoreCase)
            || path.Equals("CACHEDIR.TAG", StringComparison.OrdinalIgnoreCase)
            || path.Equals(".gitignore", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith(".krait-", StringComparison.OrdinalIgnoreCase)
        )
        {
            return true;
        }
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && path.AsSpan(0, slash) is var folder
            && (
                folder.Equals("bin", StringComparison.OrdinalIgnoreCase)
                || folder.Equals("Scripts", StringComparison.OrdinalIgnoreCase)
            )
            && IsScript(path.AsSpan(slash + 1));
    }
}
