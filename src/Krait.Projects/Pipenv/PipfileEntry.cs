using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Pipenv;

/// <summary>A package of a Pipfile, as a requirement.</summary>
/// <param name="Name">The name as it is written.</param>
/// <param name="Requirement">The requirement, as in a requirements file.</param>
/// <param name="IsEditable">Whether it is installed in place.</param>
public sealed record PipfileEntry(string Name, string Requirement, bool IsEditable)
{
    private static readonly string[] MarkerNames =
    [
        "os_name",
        "sys_platform",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_version",
        "python_full_version",
        "implementation_name",
        "implementation_version",
    ];

    /// <summary>The index that it has to come from; null for any.</summary>
    public string? Index { get; init; }

    /// <summary>The marker that it is limited by; null for none.</summary>
    public string? Marker { get; init; }

    /// <summary>Where it comes from, when that is not an index.</summary>
    public PipfilePlace? Place { get; private init; }

    /// <summary>Whether it names exactly one version.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="KraitException">It is no requirement (unusable input).</exception>
    internal static PipfileEntry Read(string name, TomlValue value, string file)
    {
        if (value is TomlString text)
            return Of(name, "", SpecifierOf(text.Value), marker: null);
        if (value is not TomlTable table)
        {
            throw new KraitException(
                new Diagnostic(
                    "invalid-pipfile",
                    $"`{name}` is {value.KindInWords}, where a version or a table is needed"
                ).In(file)
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        var extras = table.GetArray("extras")?.AsStrings() is { IsEmpty: false } listed
            ? $"[{string.Join(',', listed)}]"
            : "";
        var marker = MarkerOf(table);
        if (PlaceOf(table) is { } place)
        {
            var isEditable = table.GetBoolean("editable") ?? false;
            var requirement = isEditable ? place.ToEditable(name, extras) : place.ToRequirement(name, extras);
            return new PipfileEntry(name, Marked(requirement, marker), isEditable) { Marker = marker, Place = place };
        }

        return Of(name, extras, SpecifierOf(table.GetString("version") ?? "*"), marker) with
        {
            Index = table.GetString("index"),
        };
    }

    private static PipfileEntry Of(string name, string extras, string specifier, string? marker) =>
        new(name, Marked($"{name}{extras}{specifier}", marker), IsEditable: false)
        {
            Marker = marker,
            IsPinned =
                specifier.StartsWith("==", StringComparison.Ordinal)
                && !specifier.Contains('*', StringComparison.Ordinal)
                && !specifier.Contains(',', StringComparison.Ordinal),
        };

    private static string Marked(string requirement, string? marker) =>
        marker is null ? requirement : $"{requirement} ; {marker}";

    private static string SpecifierOf(string version) => version.Trim() is "*" or "" ? "" : version.Trim();

    /// <summary>`markers`, and every variable of markers that is a key of its own.</summary>
    private static string? MarkerOf(TomlTable table)
    {
        var parts = new List<string>();
        if (table.GetString("markers") is { Length: > 0 } markers)
            parts.Add(markers);
        parts.AddRange(
            MarkerNames
                .Where(name => table.GetString(name) is not null)
                .Select(name => $"{name} {table.GetString(name)}")
        );
        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => string.Join(" and ", parts.Select(part => $"({part})")),
        };
    }

    private static PipfilePlace? PlaceOf(TomlTable table)
    {
        foreach (var key in (ReadOnlySpan<string>)["path", "file", .. PipfilePlace.Systems])
        {
            if (table.GetString(key) is not { } text)
                continue;
            return new PipfilePlace(key, text)
            {
                Reference = table.GetString("ref"),
                Subdirectory = table.GetString("subdirectory"),
            };
        }

        return null;
    }
}
