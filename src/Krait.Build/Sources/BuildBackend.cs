using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Archives;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Build.Sources;

/// <summary>What builds a project, as its pyproject.toml says (PEP 518 and 517), or setuptools where it does not.</summary>
public sealed record BuildBackend
{
    /// <summary>The backend of projects that name none: it also runs a plain setup.py.</summary>
    public const string LegacyObject = "setuptools.build_meta:__legacy__";

    private const string LegacyRequirement = "setuptools>=40.8.0";

    private BuildBackend() { }

    /// <summary>The object with the hooks (`module:name.name`).</summary>
    public required string ObjectPath { get; init; }

    /// <summary>What the build environment needs before the backend can be asked for more.</summary>
    public required ImmutableArray<Requirement> Requires { get; init; }

    /// <summary>Absolute folders in the project where the backend is looked for first (`backend-path`).</summary>
    public ImmutableArray<string> SearchFolders { get; private init; } = [];

    /// <summary>Whether the project leaves the choice to us.</summary>
    public bool IsLegacy { get; private init; }

    /// <summary>The backend's name for messages: `setuptools.build_meta`.</summary>
    public string Name => ObjectPath.Split(':')[0];

    /// <summary>Setuptools, running the project's setup.py.</summary>
    public static BuildBackend Legacy { get; } =
        new()
        {
            ObjectPath = LegacyObject,
            Requires = [Requirement.Parse(LegacyRequirement)],
            IsLegacy = true,
        };

    /// <summary>Reads what builds the project in a folder.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="name">What messages call its pyproject.toml.</param>
    /// <param name="backend">What builds it.</param>
    /// <param name="errors">Everything that is wrong with the file's `[build-system]`.</param>
    public static bool TryRead(
        string folder,
        string name,
        [NotNullWhen(true)] out BuildBackend? backend,
        out ImmutableArray<Diagnostic> errors
    )
    {
        backend = null;
        errors = [];
        var error = PlainFile.TryRead(Path.Join(folder, "pyproject.toml"), out var text);
        if (error == FileError.None)
            return TryParse(text, folder, name, out backend, out errors);
        if (error is not FileError.NotFound)
        {
            errors = [new FileSystemException("read", name, error).Diagnostic];
            return false;
        }

        if (FileStatus.Exists(Path.Join(folder, "setup.py"), followLinks: true))
        {
            backend = Legacy;
            return true;
        }

        errors =
        [
            new Diagnostic(
                "no-project",
                $"`{SafeText.Escape(folder)}` is not a Python project: it has neither a pyproject.toml nor a setup.py"
            ),
        ];
        return false;
    }

    private static bool TryParse(
        string text,
        string folder,
        string name,
        [NotNullWhen(true)] out BuildBackend? backend,
        out ImmutableArray<Diagnostic> errors
    )
    {
        backend = null;
        if (TomlDocument.TryParse(text, out var document, out errors))
        {
            var reader = new TableReader(document, "invalid-pyproject");
            backend = Read(document.Root, reader, folder);
            errors = reader.Errors;
        }

        errors = [.. errors.Select(error => error.In(name, error.Line))];
        if (!errors.IsEmpty)
            backend = null;
        return backend is not null;
    }

    private static BuildBackend Read(TomlTable root, TableReader reader, string folder)
    {
        if (reader.Table(root, "build-system") is not { } table)
            return Legacy;
        var stated = table.GetArray("requires")?.AsStrings() ?? reader.Strings(table, "requires");
        if (stated is null && !table.ContainsKey("requires"))
            reader.Fail(table, "`build-system.requires` is missing");
        var requires = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var text in stated ?? [])
        {
            var problem = $"`{SafeText.Escape(text)}` in `build-system.requires` is not a valid requirement";
            if (Requirement.TryParse(text, out var requirement, out var error))
                requires.Add(requirement);
            else
                reader.Fail(table, problem, error);
        }

        var path = reader.Text(table, "build-backend");
        if (path is not null && !IsObjectPath(path))
        {
            reader.Fail(table["build-backend"]!, $"`{SafeText.Escape(path)}` is not a valid backend name"); // it has a text
        }

        var folders = ReadFolders(table, reader, folder);
        if (path is null && !folders.IsEmpty)
            reader.Fail(table, "`build-system.backend-path` needs `build-system.build-backend`");
        // PEP 517: without a backend it is setuptools, which such projects sometimes forget to require.
        var lacksSetuptools = path is null && !requires.Any(r => r.Name.Value is "setuptools");
        if (lacksSetuptools)
            requires.Add(Requirement.Parse(LegacyRequirement));
        return new BuildBackend
        {
            ObjectPath = path ?? LegacyObject,
            Requires = requires.DrainToImmutable(),
            SearchFolders = folders,
            IsLegacy = path is null,
        };
    }

    /// <summary>The folders of `backend-path`, which must lie in the project, links followed.</summary>
    private static ImmutableArray<string> ReadFolders(TomlTable table, TableReader reader, string folder)
    {
        var folders = ImmutableArray.CreateBuilder<string>();
        var root = SymbolicLinks.Resolve(folder) ?? folder;
        foreach (var stated in reader.Strings(table, "backend-path") ?? [])
        {
            if (FindFolder(root, stated, out var found) is not { } problem)
            {
                folders.Add(found);
            }
            else
            {
                reader.Fail(
                    table["backend-path"]!,
                    $"`{SafeText.Escape(stated)}` in `build-system.backend-path` {problem}"
                ); // it has texts
            }
        }

        return folders.DrainToImmutable();
    }

    /// <summary>Finds a folder of the project; says why it is none, or null.</summary>
    private static string? FindFolder(string root, string stated, out string found)
    {
        found = Path.GetFullPath(stated, root);
        if (Path.IsPathRooted(stated) || !ContainedPath.Contains(root, found))
            return "is outside the project";
        if (SymbolicLinks.Resolve(found) is not { } real)
            return "does not exist";
        found = real;
        return ContainedPath.Contains(root, real) ? null : "leads outside the project";
    }

    /// <summary>Dotted names with at most one `:` between them.</summary>
    private static bool IsObjectPath(string text)
    {
        var parts = text.Split(':');
        return parts.Length <= 2 && parts.All(part => part.Split('.').All(IsName));
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsDigit(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c == '_');

    public bool Equals(BuildBackend? other) =>
        other is not null
        && string.Equals(ObjectPath, other.ObjectPath, StringComparison.Ordinal)
        && IsLegacy == other.IsLegacy
        && Requires.SequenceEqual(other.Requires)
        && SearchFolders.SequenceEqual(other.SearchFolders, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(ObjectPath, Requires.Length, SearchFolders.Length);
}
