using System.Globalization;

namespace Krait.Cli.Commands.Projects;

/// <summary>One combination of a matrix.</summary>
/// <param name="Python">The Python that is asked for; empty for that of the project.</param>
/// <param name="Resolution">Which versions are installed: `locked`, `highest`, `lowest` or `lowest-direct`.</param>
internal sealed record MatrixCell(string Python, string Resolution)
{
    /// <summary>What messages call it.</summary>
    public string Title => $"Python {(Python.Length > 0 ? Python : "of the project")}, {Resolution}";
}

/// <summary>What became of one combination.</summary>
/// <param name="Cell">The combination.</param>
internal sealed record MatrixResult(MatrixCell Cell)
{
    /// <summary>The version of the interpreter; null where there is none.</summary>
    public string? Version { get; init; }

    /// <summary>How it ended.</summary>
    public MatrixState State { get; init; }

    /// <summary>The exit code of the command.</summary>
    public int ExitCode { get; init; }

    /// <summary>How long the command ran.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What the command wrote, or why it was not run.</summary>
    public string Output { get; init; } = "";

    /// <summary>How it ended, in a word or two.</summary>
    public string Word =>
        State switch
        {
            MatrixState.Passed => "passed",
            MatrixState.Failed => string.Create(CultureInfo.InvariantCulture, $"failed ({ExitCode})"),
            MatrixState.Skipped => "skipped",
            _ => "not ready",
        };
}

/// <summary>How a combination of a matrix ended.</summary>
internal enum MatrixState
{
    /// <summary>Its environment could not be made.</summary>
    NotReady,

    /// <summary>The command succeeded.</summary>
    Passed,

    /// <summary>The command failed.</summary>
    Failed,

    /// <summary>The machine does not have its Python.</summary>
    Skipped,
}
