using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>Reads the `[tool.poetry]` tables of a manifest.</summary>
internal static class PoetryImport
{
    /// <summary>Reads the manifest and `poetry.lock`.</summary>
    /// <exception cref="KraitException">There is no manifest, or a file cannot be used (unusable input).</exception>
    public static void Read(ImportedProject project, ImportFolder folder)
    {
        var manifest =
            folder.TomlOf("pyproject.toml")
            ?? throw ImportFolder.Unusable(
                new Diagnostic("no-project", "there is no `pyproject.toml` beside `poetry.lock`")
                {
                    Hints = ["Import from the directory of the project"],
                }
            );
        if (manifest.Find("tool", "poetry") is TomlTable poetry)
        {
            PoetryFields.Read(project, manifest, poetry);
            ReadRequirements(project, manifest, poetry);
            ReadIndexes(project, poetry);
        }

        PoetryLock.Read(project, folder);
    }

    private static void ReadRequirements(ImportedProject project, TomlTable manifest, TomlTable poetry)
    {
        // Where the standard table has the list, Poetry takes only sources from its own.
        var isStandard = manifest.Find("project", "dependencies") is not null;
        var optional = new Dictionary<PackageName, List<string>>();
        foreach (var entry in poetry.GetTable("dependencies")?.Entries ?? [])
        {
            if (entry.Key is "python")
                continue;
            foreach (var one in PoetryDependency.Read(project, entry))
            {
                if (one.IsOptional)
                    (optional.TryGetValue(one.Name, out var list) ? list : optional[one.Name] = []).Add(one.Text);
                else if (!isStandard)
                    project.Require(DependencyPlace.Main, one.Text);
            }
        }

        ReadExtras(project, poetry, optional);
        ReadGroup(project, "dev", poetry.GetTable("dev-dependencies"));
        foreach (var entry in poetry.GetTable("group")?.Entries ?? [])
        {
            if (entry.Value is not TomlTable group)
                continue;
            ReadGroup(project, entry.Key, group.GetTable("dependencies"));
            foreach (var included in group.GetArray("include-groups")?.AsStrings() ?? [])
                project.Includes.Add((entry.Key, included));
        }

        DefaultGroups(project, poetry);
    }

    private static void ReadExtras(
        ImportedProject project,
        TomlTable poetry,
        Dictionary<PackageName, List<string>> optional
    )
    {
        var used = new HashSet<PackageName>();
        foreach (var entry in poetry.GetTable("extras")?.Entries ?? [])
        {
            if (!ExtraName.TryParse(entry.Key, out var extra, out _))
            {
                project.Lose($"`{entry.Key}` is not the name of an extra");
                continue;
            }

            foreach (var text in entry.Value.AsArray?.AsStrings() ?? [])
            {
                if (!Requirement.TryParse(text, out var named, out _))
                    continue;
                used.Add(named.Name);
                foreach (var requirement in optional.GetValueOrDefault(named.Name, []))
                    project.Require(DependencyPlace.OfExtra(extra), requirement);
            }
        }

        foreach (var name in optional.Keys.Where(name => !used.Contains(name)))
            project.Lose($"`{name}` is optional, but no extra has it; it is left out");
    }

    private static void ReadGroup(ImportedProject project, string name, TomlTable? table)
    {
        if (table is null)
            return;
        if (!ExtraName.TryParse(name, out var group, out _))
        {
            project.Lose($"`{name}` is not the name of a group");
            return;
        }

        foreach (var one in table.Entries.SelectMany(entry => PoetryDependency.Read(project, entry)))
            project.Require(DependencyPlace.OfGroup(group), one.Text);
    }

    /// <summary>Poetry installs every group that is not optional.</summary>
    private static void DefaultGroups(ImportedProject project, TomlTable poetry)
    {
        var groups = (poetry.GetTable("group")?.Entries ?? [])
            .Where(entry => entry.Value.AsTable?.GetBoolean("optional") != true)
            .Select(entry => entry.Key)
            .ToList();
        if (poetry.GetTable("dev-dependencies") is not null && !groups.Contains("dev", StringComparer.Ordinal))
            groups.Add("dev");
        var hasOptionalDev = poetry.Find("group", "dev", "optional")?.AsBoolean == true;
        if (hasOptionalDev || groups.Exists(group => group is not "dev"))
            project.Settings.Add((["default-groups"], TomlArray.OfStrings(groups)));
    }

    private static void ReadIndexes(ImportedProject project, TomlTable poetry)
    {
        var sources = poetry.GetArray("source")?.Items.OfType<TomlTable>().ToList() ?? [];
        var primary = sources.Where(source => PriorityOf(source) is "primary" or "default").ToList();
        // With a primary source, Poetry asks the public index only if it is listed.
        var isPublicListed = sources.Exists(source => source.GetString("url") is null);
        foreach (var source in sources)
        {
            if (source.GetString("url") is not { } url)
                continue;
            project.Index(
                source.GetString("name"),
                url,
                isDefault: !isPublicListed && primary.Count > 0 && ReferenceEquals(source, primary[^1]),
                isExplicit: PriorityOf(source) is "explicit"
            );
        }
    }

    private static string PriorityOf(TomlTable source) =>
        source.GetString("priority")
        ?? (
            source.GetBoolean("default") == true ? "default"
            : source.GetBoolean("secondary") == true ? "supplemental"
            : "primary"
        );
}
