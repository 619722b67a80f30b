using Krait.Packaging.Text;

namespace Krait.Server.Commands;

/// <summary>Where a command writes.</summary>
/// <param name="output">Answers.</param>
/// <param name="errors">Everything else.</param>
public sealed class ServerConsole(TextWriter output, TextWriter errors)
{
    /// <summary>Writes a line of the answer.</summary>
    public void WriteLine(string text)
    {
        lock (output)
            output.WriteLine(text);
    }

    /// <summary>Writes a line for the person who started the server.</summary>
    public void Say(string text)
    {
        lock (errors)
            errors.WriteLine(text);
    }

    /// <summary>Writes an error with its facts and hints.</summary>
    public void WriteError(Diagnostic problem)
    {
        Say("error: " + problem.Message);
        foreach (var note in problem.Notes)
            Say("  " + note);
        foreach (var hint in problem.Hints)
            Say("hint: " + hint);
    }
}
