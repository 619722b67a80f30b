namespace Krait.Cli.Commands.Projects;

/// <summary>One combination of a matrix.</summary>
/// <param name="Python">The Python that is asked for; empty for that of the project.</param>
/// <param name="Resolution">Which versions are installed: `locked`, `highest`, `lowest` or `lowest-direct`.</param>
internal sealed record MatrixCell(string Python, string Resolution)
{
    /// <summary>What messages call it.</summary>
    public string Title => $"Python {(Python.Length > 0 ? Python : "of the project")}, {Resolution}";
}
