namespace Krait.Environments.Interpreters;

/// <summary>Whether a command may work on an interpreter that is not in a virtual environment.</summary>
public enum SystemUse
{
    /// <summary>Never: a base interpreter belongs to everyone who uses it.</summary>
    Never,

    /// <summary>Only on one that a path or a program's name leads to (commands that only look, `--break-system-packages`).</summary>
    WhenNamed,

    /// <summary>Where there is no environment: the interpreter itself is not changed (`--target`, `--prefix`, `--root`).</summary>
    WhenNeeded,

    /// <summary>On any, and environments that are not named are not looked for (`--system`).</summary>
    Always,
}
