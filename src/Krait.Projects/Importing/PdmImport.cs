using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>Reads a project of PDM: `[project]` is the standard's, the rest is in `[tool.pdm]`.</summary>
internal static class PdmImport
{
    private const string RootVariable = "file:///${PROJECT_ROOT}/";

    private static readonly string[] Known = ["dev-dependencies", "source", "resolution", "scripts", "distribution"];

    /// <summary>What the build backend reads, and not we.</summary>
    private static readonly string[] Backend = ["build", "version", "package-type"];

    /// <summary>Reads the manifest and `pdm.lock`.</summary>
    /// <exception cref="KraitException">There is no manifest, or a file cannot be used (unusable input).</exception>
    public static void Read(ImportedProject project, ImportFolder folder)
    {
        var manifest =
            folder.TomlOf("pyproject.toml")
            ?? throw ImportFolder.Unusable(
                new Diagnostic("no-project", "there is no `pyproject.toml` beside `pdm.lock`")
                {
                    Hints = ["Import from the directory of the project"],
                }
            );
        if (manifest.Find("tool", "pdm") is TomlTable pdm)
        {
            foreach (var entry in pdm.GetTable("dev-dependencies")?.Entries ?? [])
                ReadGroup(project, entry);
            ReadIndexes(project, pdm);
            ReadResolution(project, pdm);
            foreach (var entry in pdm.GetTable("scripts")?.Entries ?? [])
                ReadScript(project, entry);
            if (pdm.GetBoolean("distribution") == false && manifest.GetTable("build-system") is not null)
                project.Settings.Add((["package"], TomlValue.FromBoolean(value: false)));
            foreach (var key in pdm.Keys.Where(key => !Known.Contains(key) && !Backend.Contains(key)))
                project.Lose($"`tool.pdm.{key}` has no counterpart");
        }

        ReadLock(project, folder);
    }

    private static void ReadGroup(ImportedProject project, TomlEntry entry)
    {
        if (!ExtraName.TryParse(entry.Key, out var group, out _))
        {
            project.Lose($"`{entry.Key}` is not the name of a group");
            return;
        }

        foreach (var text in entry.Value.AsArray?.AsStrings() ?? [])
        {
            if (text.StartsWith("-e ", StringComparison.Ordinal))
                ReadEditable(project, DependencyPlace.OfGroup(group), text[3..].Trim());
            else
                project.Require(DependencyPlace.OfGroup(group), text);
        }
    }

    /// <summary>`file:///${PROJECT_ROOT}/sub#egg=name`.</summary>
    private static void ReadEditable(ImportedProject project, DependencyPlace place, string text)
    {
        const string Egg = "#egg=";
        var egg = text.IndexOf(Egg, StringComparison.Ordinal);
        if (
            egg < 0
            || !text.StartsWith(RootVariable, StringComparison.Ordinal)
            || !Requirement.TryParse(text.AsSpan(egg + Egg.Length).ToString(), out var named, out _)
        )
        {
            project.Lose($"`-e {text}` is not in a directory of the project; use {Control.AddEditable}");
            return;
        }

        project.Require(place, text[(egg + Egg.Length)..]);
        project.Sources.Add(
            (named.Name, new TomlTable().Add("path", text[RootVariable.Length..egg]).Add("editable", value: true))
        );
    }

    private static void ReadIndexes(ImportedProject project, TomlTable pdm)
    {
        foreach (var source in pdm.GetArray("source")?.Items.OfType<TomlTable>() ?? [])
        {
            var name = source.GetString("name");
            if (source.GetString("url") is not { } url)
                continue;
            // The source of this name takes the place of the public index.
            project.Index(name, url, name is "pypi", isExplicit: false, source.GetString("type") is "find_links");
            foreach (var key in (ReadOnlySpan<string>)["include_packages", "exclude_packages"])
            {
                if (source[key] is not null)
                    project.Lose($"`{key}` of the source `{name}`: name the packages in `[tool.krait.sources]`");
            }

            if (source.GetBoolean("verify_ssl") == false && !url.StartsWith("http:", StringComparison.Ordinal))
                project.LoseCertificate(name ?? url);
        }
    }

    private static void ReadResolution(ImportedProject project, TomlTable pdm)
    {
        var overrides = new List<string>();
        foreach (var entry in pdm.Find("resolution", "overrides")?.AsTable?.Entries ?? [])
        {
            var version = entry.Value.AsString ?? "";
            var text = entry.Key + (version.Length > 0 && char.IsAsciiDigit(version[0]) ? $"=={version}" : version);
            if (Requirement.TryParse(text, out _, out _))
                overrides.Add(text);
            else
                project.Lose($"the override of `{entry.Key}` is not a version");
        }

        if (overrides.Count > 0)
            project.Settings.Add((["override-dependencies"], TomlArray.OfStrings(overrides)));
        if (pdm.Find("resolution", "excludes") is TomlArray excludes)
            project.Settings.Add((["exclude-dependencies"], excludes));
        if (pdm.Find("resolution", "allow-prereleases")?.AsBoolean == true)
            project.Settings.Add((["prerelease"], "allow"));
    }

    private static void ReadScript(ImportedProject project, TomlEntry entry)
    {
        var table = entry.Value as TomlTable;
        var task = new TomlTable();
        if ((table?["cmd"] ?? entry.Value as TomlString) is { } command)
            task.Add("run", command);
        else if (table?.GetArray("composite")?.AsStrings() is { } names && !names.Any(name => name.Contains(' ')))
            task.Add("depends-on", TomlArray.OfStrings(names));
        if (task.Count == 0)
        {
            project.Lose($"the script `{entry.Key}` is not a plain command");
            return;
        }

        if (table?["env"] is TomlTable env)
            task.Add("env", env);
        if (table?["env_file"] is not null)
            project.Lose($"`env_file` of the script `{entry.Key}`: pass {Control.EnvironmentFile} to {Control.Run}");
        if (table?.GetString("help") is { } help)
            task.Add("description", help);
        TomlValue value = task.Count == 1 && task["run"] is TomlString plain ? plain : task;
        project.Settings.Add((["tasks", entry.Key], value));
    }

    private static void ReadLock(ImportedProject project, ImportFolder folder)
    {
        foreach (var (table, name, version) in folder.PackagesOf("pdm.lock"))
        {
            // A package with extras is listed once more.
            if (table["extras"] is not null || table["path"] is not null || table["url"] is not null)
                continue;
            if (table.GetString("git") is not { } url)
            {
                project.Pin(new ImportedPin(name, version) { Marker = table.GetString("marker") });
            }
            else if (table.GetString("revision") is { } commit)
            {
                var requested = table.GetString("ref");
                var repository = ImportFolder.Commit(url, commit, requested, table.GetString("subdirectory"));
                project.Pin(new ImportedPin(name, version) { Repository = repository });
            }
        }
    }
}
