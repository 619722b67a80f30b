using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Pipenv;

/// <summary>
/// A Pipfile: packages by category, the indexes they come from, the Python they need, and scripts. It is changed in place, so that comments
/// and order stay.
/// </summary>
public sealed class Pipfile
{
    /// <summary>The category of a project's own packages.</summary>
    public const string Default = "packages";

    /// <summary>The category of packages for development.</summary>
    public const string Development = "dev-packages";

    /// <summary>The tables that are no categories.</summary>
    private static readonly string[] Reserved = ["source", "requires", "scripts", "pipenv", "pipfile", "build-system"];

    private TomlDocument document;

    private Pipfile(TomlDocument document, string file) => (this.document, File) = (document, file);

    /// <summary>The file as messages call it.</summary>
    public string File { get; }

    /// <summary>The text as it is now.</summary>
    public string Text => document.Text;

    /// <summary>The indexes; the public one where none is listed.</summary>
    public ImmutableArray<PipfileSource> Sources
    {
        get
        {
            var listed = document
                .Root.GetArray("source")
                ?.Items.OfType<TomlTable>()
                .Select(PipfileSource.Read)
                .OfType<PipfileSource>();
            return listed?.ToImmutableArray() is { IsEmpty: false } sources ? sources : [PipfileSource.Public];
        }
    }

    /// <summary>The categories that have packages, in the order of the file; both usual ones first.</summary>
    public ImmutableArray<string> Categories =>
        [
            Default,
            Development,
            .. document
                .Root.Entries.Where(entry =>
                    entry.Value is TomlTable && !Reserved.Contains(entry.Key, StringComparer.Ordinal)
                )
                .Select(entry => entry.Key)
                .Where(key => key is not (Default or Development)),
        ];

    /// <summary>The table of what is required of the interpreter; null without one.</summary>
    public TomlTable? Requires => document.Root.GetTable("requires");

    /// <summary>The Python that is asked for, `3.12` or `3.12.1`; null where any will do.</summary>
    public string? PythonVersion => Requires?.GetString("python_full_version") ?? Requires?.GetString("python_version");

    /// <summary>The table of settings; null without one.</summary>
    public TomlTable? Settings => document.Root.GetTable("pipenv");

    /// <summary>Whether pre-releases are allowed.</summary>
    public bool AllowsPrereleases => Settings?.GetBoolean("allow_prereleases") ?? false;

    /// <summary>The scripts by name, in the order of the file.</summary>
    public IEnumerable<KeyValuePair<string, TomlValue>> Scripts =>
        document.Root.GetTable("scripts")?.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)) ?? [];

    internal TomlTable Root => document.Root;

    /// <summary>The file that `pipenv install` makes where there is none.</summary>
    public static string Fresh(string? pythonVersion) =>
        "[[source]]\nurl = \"https://pypi.org/simple\"\nverify_ssl = true\nname = \"pypi\"\n\n[packages]\n\n[dev-packages]\n"
        + (pythonVersion is null ? "" : $"\n[requires]\npython_version = \"{pythonVersion}\"\n");

    /// <summary>Reads a file.</summary>
    /// <exception cref="KraitException">It is not TOML, or an entry is no requirement (unusable input).</exception>
    public static Pipfile Parse(string text, string file)
    {
        if (!TomlDocument.TryParse(text, out var document, out var errors))
            throw new KraitException(errors[0].In(file, errors[0].Line)) { Kind = FailureKind.UnusableInput };
        var pipfile = new Pipfile(document, file);
        foreach (var category in pipfile.Categories)
            _ = pipfile.EntriesOf(category);
        return pipfile;
    }

    /// <summary>The packages of a category, in the order of the file.</summary>
    /// <exception cref="KraitException">An entry is no requirement (unusable input).</exception>
    public ImmutableArray<PipfileEntry> EntriesOf(string category) =>
        document.Root.GetTable(category) is { } table
            ? [.. table.Entries.Select(entry => PipfileEntry.Read(entry.Key, entry.Value, File))]
            : [];

    /// <summary>Adds a package to a category, or changes its entry.</summary>
    public void Set(string category, string name, TomlValue value)
    {
        var known = document.Root.GetTable(category)?.Keys.FirstOrDefault(key => AreSame(key, name));
        var editor = new TomlEditor(document);
        if (!editor.TrySet([category, known ?? name], value))
            throw Unchangeable(category, name);
        document = editor.Document;
    }

    /// <summary>Removes a package from a category; false where it is not there.</summary>
    public bool Remove(string category, string name)
    {
        var known = document.Root.GetTable(category)?.Keys.FirstOrDefault(key => AreSame(key, name));
        if (known is null)
            return false;
        var editor = new TomlEditor(document);
        if (!editor.TryRemove(category, known))
            throw Unchangeable(category, name);
        document = editor.Document;
        return true;
    }

    private static bool AreSame(string one, string other) =>
        string.Equals(NameNormalization.Normalize(one), NameNormalization.Normalize(other), StringComparison.Ordinal);

    private KraitException Unchangeable(string category, string name) =>
        new(new Diagnostic("pipfile-unchangeable", $"cannot change `{name}` in `[{category}]`").In(File))
        {
            Kind = FailureKind.UnusableInput,
        };
}

/// <summary>An index of a Pipfile.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">Its URL, with variables as they are written.</param>
/// <param name="VerifiesTls">Whether its certificate is checked.</param>
public sealed partial record PipfileSource(string Name, string Url, bool VerifiesTls)
{
    /// <summary>The index that is used where a Pipfile names none.</summary>
    public static PipfileSource Public { get; } = new("pypi", "https://pypi.org/simple", VerifiesTls: true);

    /// <summary>Its URL with the values of variables, `$NAME` and `${NAME}`, as pipenv expands them; one that is not set stays.</summary>
    public string Expand(IReadOnlyDictionary<string, string> variables) =>
        Reference()
            .Replace(Url, match => variables.GetValueOrDefault(match.Groups["name"].Value.Trim('{', '}'), match.Value));

    [GeneratedRegex(
        @"\$(?<name>\w+|\{[^}]*\})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Reference();

    internal static PipfileSource? Read(TomlTable table) =>
        table.GetString("url") is { } url
            ? new PipfileSource(table.GetString("name") ?? "", url, table.GetBoolean("verify_ssl") ?? true)
            : null;
}
