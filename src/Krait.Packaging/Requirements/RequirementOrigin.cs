namespace Krait.Packaging.Requirements;

/// <summary>Where a requirement of the user is written; one of the command line has no origin.</summary>
/// <param name="File">The file as the user would name it; `-` is standard input.</param>
public abstract record RequirementOrigin(string File)
{
    /// <summary>A line of a requirements or constraints file, or of a file of settings.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Line">The 1-based number of the line; 0 where only the file is known.</param>
    public sealed record InFile(string File, int Line) : RequirementOrigin(File)
    {
        /// <summary>Whether another file includes this one, so that the user did not name it.</summary>
        public bool IsIncluded { get; init; }
    }

    /// <summary>A project file, or a script with inline metadata.</summary>
    /// <param name="File">The file.</param>
    public sealed record InProject(string File) : RequirementOrigin(File)
    {
        /// <summary>The project's name as it is written; null where the file states none.</summary>
        public string? Name { get; init; }

        /// <summary>The dependency group that asks; null for the project itself.</summary>
        public string? Group { get; init; }

        /// <summary>The extra that asks; null for the project itself, or where that is not told.</summary>
        public string? Extra { get; init; }
    }

    /// <summary>The place as messages call it: `requirements.in (line 3)`, `app (pyproject.toml)`, `app (pyproject.toml:dev)`.</summary>
    public sealed override string ToString() =>
        this switch
        {
            InFile { Line: > 0 } line => $"{File} (line {line.Line})",
            InProject { Name: { } name } project => $"{name} ({PlaceOf(project)})",
            InProject project => PlaceOf(project),
            _ => File,
        };

    private static string PlaceOf(InProject project) =>
        project switch
        {
            { Group: { } group } => $"{project.File}:{group}",
            { Extra: { } extra } => $"{project.File}[{extra}]",
            _ => project.File,
        };
}
