using Krait.Environments.Interpreters;

namespace Krait.Environments.Venvs;

/// <summary>The virtual environment that is wanted (PEP 405).</summary>
/// <param name="Path">The absolute path of its folder.</param>
/// <param name="BaseExecutable">The absolute path of the interpreter it is made from, outside any environment.</param>
/// <param name="Implementation">The interpreter's implementation as Python spells it (`CPython`).</param>
/// <param name="PythonFullVersion">The interpreter's full version (`3.12.1`).</param>
public sealed record VenvRequest(string Path, string BaseExecutable, string Implementation, string PythonFullVersion)
{
    /// <summary>A request with all that the interpreter decides filled in.</summary>
    public static VenvRequest For(Interpreter interpreter, string path, string kraitVersion)
    {
        const string Root = "/";
        var paths = interpreter.PathsOfEnvironment(Root);
        return new VenvRequest(
            path,
            interpreter.Executable,
            interpreter.MarkerValues["platform_python_implementation"],
            interpreter.MarkerValues["python_full_version"]
        )
        {
            SitePackages = paths.PureLibrary.Trim('/'),
            Scripts = paths.Scripts.Trim('/'),
            HasLib64 = interpreter is { PointerSize: 8 } && interpreter.MarkerValues["sys_platform"] is "linux",
            KraitVersion = kraitVersion,
            BaseState = EnvironmentState.Of(interpreter),
        };
    }

    /// <summary>The folder of installed modules, relative to the environment (`lib/python3.12/site-packages`).</summary>
    public required string SitePackages { get; init; }

    /// <summary>The folder of executables, relative to the environment.</summary>
    public string Scripts { get; init; } = "bin";

    /// <summary>Whether `lib64` leads to `lib`, as on 64-bit Linux.</summary>
    public bool HasLib64 { get; init; }

    /// <summary>What stands before the shell's prompt while the environment is active; null takes the folder's name.</summary>
    public string? Prompt { get; init; }

    /// <summary>The text of the prompt: one line, whatever was asked for, since `pyvenv.cfg` has a line for each key.</summary>
    internal string ShownPrompt => OneLine(Prompt ?? System.IO.Path.GetFileName(Path));

    /// <summary>Whether the packages of the base interpreter are visible inside.</summary>
    public bool IncludesSystemSitePackages { get; init; }

    /// <summary>Whether activation scripts find the environment by their own place, so that the folder can be moved.</summary>
    public bool IsRelocatable { get; init; }

    /// <summary>What the interpreter is like now, so that a later run can tell whether it has changed; null writes nothing of that.</summary>
    public EnvironmentState? BaseState { get; init; }

    /// <summary>What to do with a folder that is there already.</summary>
    public ExistingFolder Existing { get; init; } = ExistingFolder.Refuse;

    /// <summary>Where somebody's shell stands: this folder is never taken away to be replaced by another one.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>The version of krait, which marks the environment as made by it.</summary>
    public required string KraitVersion { get; init; }

    private static string OneLine(string text) =>
        string.Create(
                text.Length,
                text,
                (line, from) =>
                {
                    for (var i = 0; i < line.Length; i++)
                        line[i] = char.IsControl(from[i]) ? ' ' : from[i];
                }
            )
            .Trim();
}
