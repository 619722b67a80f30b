using Krait.Packaging.Names;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>A dependency in a table of Poetry, as a requirement.</summary>
/// <param name="Name">The package.</param>
/// <param name="Text">The requirement.</param>
/// <param name="IsOptional">Whether only extras ask for it.</param>
internal sealed record PoetryDependency(PackageName Name, string Text, bool IsOptional)
{
    /// <summary>Reads an entry: a range, a table, or a list of these. Where the package comes from goes to the project.</summary>
    public static IEnumerable<PoetryDependency> Read(ImportedProject project, TomlEntry entry)
    {
        if (!PackageName.TryParse(entry.Key, out var name, out _))
        {
            project.Lose($"`{entry.Key}` is not the name of a package");
            yield break;
        }

        var items = entry.Value is TomlArray list ? list.Items : [entry.Value];
        foreach (var item in items)
        {
            if (item.AsString is { } range)
            {
                yield return new PoetryDependency(name, entry.Key + Versions(project, name, range), IsOptional: false);
            }
            else if (item is TomlTable table)
            {
                var marker = MarkerOf(project, name, table);
                if (SourceOf(table) is { } source)
                {
                    if (items.Count > 1 && marker is not null)
                        source.Add("marker", marker);
                    project.Sources.Add((name, source));
                }

                if (table.GetBoolean("allow-prereleases") == true)
                    project.Lose($"pre-releases of `{name}` are allowed; state one in its versions, such as `>=1.0a0`");
                var extras = table.GetArray("extras")?.AsStrings() is { IsEmpty: false } listed
                    ? $"[{string.Join(',', listed)}]"
                    : "";
                var versions = Versions(project, name, table.GetString("version") ?? "*");
                var text = entry.Key + extras + versions + (marker is null ? "" : $" ; {marker}");
                yield return new PoetryDependency(name, text, table.GetBoolean("optional") == true);
            }
            else
            {
                project.Lose($"`{entry.Key}` is {item.KindInWords}, not a version or a table");
            }
        }
    }

    private static string Versions(ImportedProject project, PackageName name, string range)
    {
        if (PoetryVersions.ToSpecifiers(range) is { } specifiers)
            return specifiers;
        project.Lose(
            $"the versions `{range}` of `{name}` cannot be written as one requirement; any version is allowed"
        );
        return "";
    }

    private static string? MarkerOf(ImportedProject project, PackageName name, TomlTable table)
    {
        var parts = new List<string>();
        if (table.GetString("python") is { } python)
        {
            if (PoetryVersions.ToSpecifiers(python) is not { } specifiers)
                project.Lose($"the Python versions `{python}` of `{name}` cannot be written as one requirement");
            else if (PoetryVersions.ToMarker(specifiers) is { } condition)
                parts.Add(condition);
        }

        if (table.GetString("platform") is { } platform)
            parts.Add($"sys_platform == '{platform}'");
        if (table.GetString("markers") is { Length: > 0 } markers)
            parts.Add(parts.Count == 0 ? markers : $"({markers})");
        return parts.Count == 0 ? null : string.Join(" and ", parts);
    }

    private static TomlTable? SourceOf(TomlTable table)
    {
        var source = new TomlTable();
        if (table.GetString("git") is { } git)
        {
            source.Add("git", git);
            Copy("branch", "tag", "rev", "subdirectory");
        }
        else if (table.GetString("path") is { } path)
        {
            source.Add("path", path);
            if (table.GetBoolean("develop") == true)
                source.Add("editable", value: true);
        }
        else if (table.GetString("url") is { } url)
        {
            source.Add("url", url);
        }
        else if (table.GetString("source") is { } index)
        {
            source.Add("index", index);
        }

        return source.Count == 0 ? null : source;

        void Copy(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys)
            {
                if (table.GetString(key) is { } value)
                    source.Add(key, value);
            }
        }
    }
}
