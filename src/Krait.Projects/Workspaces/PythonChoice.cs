using Krait.Environments.Interpreters;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>Which interpreter a project is to run on, and who says so.</summary>
/// <param name="Request">What the interpreter has to be.</param>
/// <param name="Source">Who says it, as messages call it: the option, `.python-version`, `requires-python`; null where nobody does.</param>
public sealed record PythonChoice(PythonRequest Request, string? Source)
{
    private static readonly string[] PinNames = [".python-version", ".python-versions"];

    /// <summary>The versions that the project supports; null where it does not say.</summary>
    public SpecifierSet? RequiresPython { get; init; }

    /// <summary>Whether the user asks for it in this very run, rather than a file of the project.</summary>
    public bool IsAsked { get; private init; }

    /// <summary>The choice for a workspace: what the user asks for, else the pin of the nearest directory, else what the project supports.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="asked">What the user asks for; null for nothing.</param>
    /// <param name="askedBy">What messages call the place where the user does.</param>
    /// <param name="workingFolder">Where the search for a pin starts, if it is in the workspace.</param>
    /// <exception cref="KraitException">A request cannot be read (unusable input).</exception>
    public static PythonChoice For(Workspace workspace, string? asked, string askedBy, string workingFolder)
    {
        var supported = workspace.RequiresPython;
        if (asked is not null)
            return new PythonChoice(Parse(asked, source: null), askedBy) { IsAsked = true, RequiresPython = supported };
        if (FindPin(workspace, workingFolder) is var (text, file))
            return new PythonChoice(Parse(text, file), Path.GetFileName(file)) { RequiresPython = supported };
        return supported is null
            ? new PythonChoice(PythonRequest.Any, Source: null)
            : new PythonChoice(
                PythonRequest.Any with
                {
                    Specifiers = supported,
                    Text = supported.ToString(),
                },
                "requires-python"
            )
            {
                RequiresPython = supported,
            };
    }

    /// <summary>Whether an interpreter is the one that is meant; a program or environment that is named by its path is for the search to find.</summary>
    public bool Accepts(Interpreter interpreter) =>
        Request.IsSatisfiedBy(interpreter) && Supports(RequiresPython, interpreter);

    /// <summary>Whether a project supports an interpreter; a pre-release counts as its release.</summary>
    public static bool Supports(SpecifierSet? requiresPython, Interpreter interpreter) =>
        requiresPython?.Contains(interpreter.Markers.ParsedPythonFullVersion.OnlyRelease()) ?? true;

    /// <summary>Refuses an interpreter that the project does not support.</summary>
    /// <exception cref="KraitException">It does not (unusable input).</exception>
    public void RefuseUnsupported(Interpreter interpreter)
    {
        if (Supports(RequiresPython, interpreter))
            return;
        var asked = Source is null or "requires-python" ? "" : $", which `{Source}` asks for (`{Request}`),";
        throw new KraitException(
            new Diagnostic(
                "unsupported-python",
                $"Python {interpreter.Version}{asked} is not supported by the project: it requires Python {RequiresPython}"
            )
            {
                Hints = Source switch
                {
                    _ when IsAsked => [$"Use another version with {Control.Python}, or change `requires-python`"],
                    null or "requires-python" => ["Change `requires-python` in `pyproject.toml`"],
                    var pin => [$"Change `{pin}`, or `requires-python` in `pyproject.toml`"],
                },
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <summary>The nearest pin from the working directory up to the root of the workspace.</summary>
    private static (string Text, string File)? FindPin(Workspace workspace, string workingFolder)
    {
        var root = workspace.Folder;
        var start = IsBelow(workingFolder, root) ? workingFolder : workspace.Current.Folder;
        for (var folder = start; folder is not null && IsBelow(folder, root); folder = Path.GetDirectoryName(folder))
        {
            foreach (var name in PinNames)
            {
                var file = Path.Join(folder, name);
                if (PlainFile.TryRead(file, out var text) == FileError.None && FirstLine(text) is { } line)
                    return (line, file);
            }
        }

        return null;
    }

    private static bool IsBelow(string folder, string root) =>
        string.Equals(folder, root, StringComparison.Ordinal)
        || folder.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string? FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Length > 0 && line[0] != '#');

    private static PythonRequest Parse(string text, string? source) =>
        PythonRequest.TryParse(text, out var request, out var error)
            ? request
            : throw new KraitException(source is null ? error : error.In(source)) { Kind = FailureKind.UnusableInput };
}
