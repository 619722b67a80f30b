using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Manifests;

/// <summary>
/// What a pyproject.toml says by itself, without its build backend (project metadata specification, PEP 621; build systems, PEP 518
/// and 517; dependency groups, PEP 735). The tables of tools are left as they are.
/// </summary>
public sealed class PyProject
{
    internal PyProject(TomlDocument document) => Document = document;

    /// <summary>The whole document.</summary>
    public TomlDocument Document { get; }

    /// <summary>Whether there is a `[project]` table; without one, only the build backend knows what the project is.</summary>
    public bool HasProjectTable { get; internal init; }

    /// <summary>The project's name; null without a `[project]` table.</summary>
    public PackageName? Name { get; internal init; }

    /// <summary>The name as written.</summary>
    public string? NameText { get; internal init; }

    /// <summary>The version; null if it is dynamic.</summary>
    public Version? Version { get; internal init; }

    /// <summary>The Python versions the project is for, if it says so.</summary>
    public SpecifierSet? RequiresPython { get; internal init; }

    /// <summary>What the project needs; empty if that is dynamic.</summary>
    public ImmutableArray<StatedRequirement> Dependencies { get; internal init; } = [];

    /// <summary>What its extras need, in the order of the file.</summary>
    public ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> OptionalDependencies
    {
        get;
        internal init;
    } = [];

    /// <summary>The fields that only the build backend knows.</summary>
    public ImmutableArray<string> Dynamic { get; internal init; } = [];

    /// <summary>The dependency groups; each is checked when it is resolved.</summary>
    public DependencyGroups Groups { get; internal init; } = DependencyGroups.None;

    /// <summary>How the project is built; null if it does not say.</summary>
    public BuildSystem? BuildSystem { get; internal init; }

    /// <summary>Whether the file alone says what the project depends on: no build is needed to resolve it.</summary>
    public bool HasStaticDependencies =>
        HasProjectTable && !IsDynamic("dependencies") && !IsDynamic("optional-dependencies");

    /// <summary>Whether only the build backend knows a field.</summary>
    public bool IsDynamic(string field) => Dynamic.Contains(field, StringComparer.Ordinal);

    /// <summary>The table of a tool (`[tool.NAME]`), or null.</summary>
    public TomlTable? Tool(string name) => Document.Root.GetTable("tool")?.GetTable(name);

    /// <summary>The requirements of an extra, or null if the project does not have it.</summary>
    public ImmutableArray<StatedRequirement>? Extra(ExtraName name)
    {
        foreach (var (extra, requirements) in OptionalDependencies)
        {
            if (extra == name)
                return requirements;
        }

        return null;
    }

    /// <summary>Parses a file; all errors come out together, with their lines.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="source">What to call the file in errors.</param>
    /// <param name="project">What the file says.</param>
    /// <param name="errors">Everything that is wrong with it.</param>
    public static bool TryParse(
        string text,
        string source,
        [NotNullWhen(true)] out PyProject? project,
        out ImmutableArray<Diagnostic> errors
    )
    {
        project = null;
        if (TomlDocument.TryParse(text, out var document, out errors))
        {
            var reader = new PyProjectReader(document);
            var read = reader.Read();
            errors = reader.Errors;
            project = errors.IsEmpty ? read : null;
        }

        errors = [.. errors.Select(error => error.In(source, error.Line))];
        return project is not null;
    }
}

/// <summary>The `[build-system]` table (PEP 518 and 517).</summary>
/// <param name="Requires">What the build needs.</param>
/// <param name="Backend">The object that builds; null where the table leaves it to the default.</param>
/// <param name="BackendPath">Folders of the project in which the backend is looked for first.</param>
public sealed record BuildSystem(
    ImmutableArray<StatedRequirement> Requires,
    string? Backend,
    ImmutableArray<string> BackendPath
)
{
    public bool Equals(BuildSystem? other) =>
        other is not null
        && string.Equals(Backend, other.Backend, StringComparison.Ordinal)
        && Requires.SequenceEqual(other.Requires)
        && BackendPath.SequenceEqual(other.BackendPath, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Backend, Requires.Length, BackendPath.Length);
}
