using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Environments.Interpreters;

/// <summary>A path that was taken for a Python interpreter is none that can be used (unusable input).</summary>
public sealed class InterpreterException : KraitException
{
    private InterpreterException(Diagnostic diagnostic, Exception? innerException = null)
        : base(diagnostic, innerException) => Kind = FailureKind.UnusableInput;

    internal static InterpreterException Missing(string path) =>
        new(new Diagnostic("interpreter-missing", $"there is no Python interpreter at `{path}`"))
        {
            Kind = FailureKind.NoInterpreter,
        };

    internal static InterpreterException NotExecutable(string path) =>
        new(new Diagnostic("interpreter-failed", $"`{path}` is not a program"));

    internal static InterpreterException TooOld(string path, string version) =>
        new(
            new Diagnostic("interpreter-too-old", $"`{path}` is Python {version}, and Krait needs Python 3.6 or later")
            {
                Hints = [$"Use a different interpreter with {Control.Python}"],
            }
        );

    internal static InterpreterException Failed(string path, Diagnostic cause, Exception innerException) =>
        new(
            new Diagnostic("interpreter-failed", $"could not query the Python interpreter `{path}`") { Cause = cause },
            innerException
        );

    internal static InterpreterException Failed(string path, SubprocessResult result)
    {
        var error = result.Errors.TrimEnd();
        var last = error[(error.LastIndexOf('\n') + 1)..];
        return new(
            new Diagnostic("interpreter-failed", $"`{path}` does not work as a Python interpreter")
            {
                Notes =
                    last.Length > 0
                        ? [$"it exited with code {result.ExitCode}: {last}"]
                        : [$"it exited with code {result.ExitCode}"],
            }
        );
    }
}
