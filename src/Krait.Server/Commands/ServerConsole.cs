using Krait.Packaging.Text;

namespace Krait.Server.Commands;

/// <summary>Where a command writes.</summary>
/// <param name="output">Answers.</param>
/// <param name="errors">Everything else.</param>
internal sealed class ServerConsole(TextWriter output, TextWriter errors)
{
    private readonly Lock gate = new();

    /// <summary>Writes a line of the answer.</summary>
    public void WriteLine(string text)
    {
        lock (gate)
            output.WriteLine(text);
    }

    /// <summary>Writes a line for the person who started the server.</summary>
    public void Say(string text)
    {
        lock (gate)
            errors.WriteLine(text);
    }

    /// <summary>Writes an error with its facts and hints.</summary>
    public void WriteError(Diagnostic problem)
    {
        Say("error: " + problem.Message);
        foreach (var note in problem.Notes)
            Say("  " + note);
        foreach (var hint in ServerControls.HintsOf(problem))
            Say("hint: " + hint);
    }
}
