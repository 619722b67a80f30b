using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>One thing that goes wrong: a command that must fail with a clear message and leave everything as it was.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Arguments">
/// The command line, words separated by blanks; `{venv}` stands for the environment's interpreter, `{index}` for the index in this
/// process, `{secret}` for its address with a password, `{files}` for its folder of files, `{h2}` for the recorded index, `{base}` for an
/// interpreter outside of environments.
/// </param>
/// <param name="ExitCode">What the process must answer.</param>
/// <param name="Says">What standard error must contain.</param>
internal sealed record Fault(string Name, string Arguments, int ExitCode, params string[] Says)
{
    /// <summary>Files of the working folder: path and text.</summary>
    public Dictionary<string, string> Files { get; init; } = [];

    /// <summary>Variables of the process.</summary>
    public Dictionary<string, string?> Variables { get; init; } = [];

    /// <summary>Fills the index, and breaks what is to be broken.</summary>
    public Action<FakeIndex>? Serve { get; init; }

    /// <summary>Takes the cause away in the index: the same command must succeed then.</summary>
    public Action<FakeIndex>? Mend { get; init; }

    /// <summary>A shell script that breaks the surroundings; it runs the command as `"$@"`, in a mount namespace of its own.</summary>
    public string? Around { get; init; }

    /// <summary>The command line as a person would type it, without the choice of the environment.</summary>
    public string Shown =>
        "krait "
        + Arguments
            .Replace("--python {venv} ", "")
            .Replace("--python {venv}", "")
            .Replace("--python {base} ", "")
            .Trim();
}
