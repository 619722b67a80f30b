using Krait.Packaging.Requirements;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>What `[tool.poetry]` says about a project beside its dependencies, as keys of `[project]`.</summary>
internal static class PoetryFields
{
    private static readonly string[] Addresses = ["homepage", "repository", "documentation"];

    /// <summary>Reads the keys.</summary>
    public static void Read(ImportedProject project, TomlTable manifest, TomlTable poetry)
    {
        foreach (var key in (ReadOnlySpan<string>)["name", "version", "description"])
        {
            if (poetry.GetString(key) is { Length: > 0 } value)
                project.Field(key, value);
        }

        ReadPython(project, poetry);
        if ((poetry["readme"]?.AsString ?? poetry.GetArray("readme")?.AsStrings()?.FirstOrDefault()) is { } readme)
            project.Field("readme", readme);
        if (poetry.GetArray("readme") is { Count: > 1 })
            project.Lose("`readme` has several files; the first one is used");
        if (poetry.GetString("license") is { Length: > 0 } license)
            project.Field("license", license);
        foreach (var key in (ReadOnlySpan<string>)["authors", "maintainers"])
        {
            if (poetry.GetArray(key)?.AsStrings() is { IsEmpty: false } people)
                project.Field(key, new TomlArray(people.Select(Person)));
        }

        foreach (var key in (ReadOnlySpan<string>)["keywords", "classifiers"])
        {
            if (poetry.GetArray(key)?.AsStrings() is { IsEmpty: false } texts)
                project.Field(key, TomlArray.OfStrings(texts));
        }

        ReadAddresses(project, poetry);
        ReadPrograms(project, poetry);
        ReadPackaging(project, manifest, poetry);
    }

    private static void ReadPython(ImportedProject project, TomlTable poetry)
    {
        if (poetry.Find("dependencies", "python")?.AsString is not { } python)
            return;
        // Of alternatives (`~2.7 || ^3.8`) the newest is what people still use.
        var alternatives = python.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (alternatives.Length > 1)
            project.Lose($"the Python versions `{python}` are alternatives; only `{alternatives[^1]}` is kept");
        var specifiers = alternatives.Length == 0 ? "" : PoetryVersions.ToSpecifiers(alternatives[^1]);
        if (specifiers is null)
            project.Lose($"the Python versions `{python}` cannot be read");
        else if (specifiers.Length > 0)
            project.Field("requires-python", specifiers);
    }

    /// <summary>`Name &lt;name@host&gt;`.</summary>
    private static TomlValue Person(string text)
    {
        var open = text.IndexOf('<', StringComparison.Ordinal);
        var name = (open < 0 ? text : text[..open]).Trim();
        var person = new TomlTable();
        if (name.Length > 0)
            person.Add("name", name);
        if (open >= 0)
            person.Add("email", text[(open + 1)..].Trim().TrimEnd('>'));
        return person;
    }

    private static void ReadAddresses(ImportedProject project, TomlTable poetry)
    {
        foreach (var key in Addresses)
        {
            if (poetry.GetString(key) is { Length: > 0 } url)
                project.Fields.Add((["project", "urls", key], url));
        }

        foreach (var entry in poetry.GetTable("urls")?.Entries ?? [])
        {
            if (entry.Value is TomlString)
                project.Fields.Add((["project", "urls", entry.Key], entry.Value));
        }
    }

    private static void ReadPrograms(ImportedProject project, TomlTable poetry)
    {
        foreach (var entry in poetry.GetTable("scripts")?.Entries ?? [])
        {
            if (entry.Value is TomlString)
                project.Fields.Add((["project", "scripts", entry.Key], entry.Value));
            else
                project.Lose($"the script `{entry.Key}` is not an entry point");
        }

        foreach (var group in poetry.GetTable("plugins")?.Entries ?? [])
        {
            foreach (var entry in group.Value.AsTable?.Entries ?? [])
                project.Fields.Add((["project", "entry-points", group.Key, entry.Key], entry.Value));
        }
    }

    private static void ReadPackaging(ImportedProject project, TomlTable manifest, TomlTable poetry)
    {
        var hasBackend = manifest.GetTable("build-system") is not null;
        if (poetry.GetBoolean("package-mode") == false)
        {
            if (hasBackend)
                project.Settings.Add((["package"], TomlValue.FromBoolean(value: false)));
            return;
        }

        if (!hasBackend)
        {
            project.Lose("there is no `[build-system]`, so the project itself is not installed");
            return;
        }

        // Older versions do not read `[project]`.
        foreach (var text in manifest.Find("build-system", "requires")?.AsArray?.AsStrings() ?? [])
        {
            if (
                Requirement.TryParse(text, out var requirement, out _)
                && requirement.Name.Value is "poetry-core"
                && requirement.Specifiers?.Contains("2.99", prereleases: false) == false
            )
            {
                project.Lose($"the build needs `{text}`, which does not read `[project]`; allow `poetry-core>=2`");
            }
        }
    }
}
