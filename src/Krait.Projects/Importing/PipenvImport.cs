using System.Text.Json;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Projects.Pipenv;

namespace Krait.Projects.Importing;

/// <summary>Reads a Pipfile and its lock.</summary>
internal static class PipenvImport
{
    private const string FileName = "Pipfile";

    /// <summary>Reads `Pipfile` and `Pipfile.lock`.</summary>
    /// <exception cref="KraitException">There is no Pipfile, or a file cannot be used (unusable input).</exception>
    public static void Read(ImportedProject project, ImportFolder folder)
    {
        var text =
            folder.TextOf(FileName)
            ?? throw ImportFolder.Unusable(
                new Diagnostic("no-pipfile", "there is no `Pipfile` beside `Pipfile.lock`")
                {
                    Notes = ["Only the `Pipfile` says which packages are wanted"],
                }
            );
        folder.TextOf("pyproject.toml");
        var pipfile = Pipfile.Parse(text, FileName);
        if (pipfile.PythonVersion is { } python and not "*")
            project.Field("requires-python", $">={python}");
        ReadIndexes(project, pipfile);
        foreach (var category in pipfile.Categories)
            ReadCategory(project, pipfile, category);
        foreach (var script in pipfile.Scripts)
        {
            if (script.Value is TomlString)
                project.Settings.Add((["tasks", script.Key], script.Value));
            else
                project.Lose($"the script `{script.Key}` is not a plain command");
        }

        if (pipfile.AllowsPrereleases)
            project.Settings.Add((["prerelease"], "allow"));
        foreach (var key in pipfile.Settings?.Keys.Where(key => key is not "allow_prereleases") ?? [])
            project.Lose($"`{key}` of `[pipenv]` has no counterpart");
        ReadLock(project, folder);
    }

    private static void ReadCategory(ImportedProject project, Pipfile pipfile, string category)
    {
        var place = DependencyPlace.Main;
        if (category is not Pipfile.Default)
        {
            var label = category is Pipfile.Development ? "dev" : category;
            if (!ExtraName.TryParse(label, out var group, out _))
            {
                project.Lose($"`{category}` is not the name of a group");
                return;
            }

            place = DependencyPlace.OfGroup(group);
        }

        foreach (var entry in pipfile.EntriesOf(category))
            ReadEntry(project, place, entry, pipfile, category);
    }

    private static void ReadEntry(
        ImportedProject project,
        DependencyPlace place,
        PipfileEntry entry,
        Pipfile pipfile,
        string category
    )
    {
        if (!PackageName.TryParse(entry.Name, out var name, out _))
        {
            project.Lose($"`{entry.Name}` is not the name of a package");
            return;
        }

        var table = pipfile.Root.Find(category, entry.Name) as TomlTable ?? new TomlTable();
        if (table.GetString("path") is "." or "./")
        {
            project.Lose($"`{entry.Name}` is the project itself, which is installed if there is a `[build-system]`");
            return;
        }

        if (
            table.GetString("hg") is not null
            || table.GetString("svn") is not null
            || table.GetString("bzr") is not null
        )
        {
            project.Lose($"`{entry.Name}` comes from a repository that is not Git; it is left out");
            return;
        }

        if (SourceOf(table, pipfile) is { } source)
        {
            project.Sources.Add((name, source));
            if (!source.ContainsKey("index"))
            {
                var extras = table.GetArray("extras")?.AsStrings() is { IsEmpty: false } listed
                    ? $"[{string.Join(',', listed)}]"
                    : "";
                project.Require(place, entry.Name + extras + (entry.Marker is { } marker ? $" ; {marker}" : ""));
                return;
            }
        }

        project.Require(place, entry.Requirement);
    }

    private static TomlTable? SourceOf(TomlTable table, Pipfile pipfile)
    {
        var source = new TomlTable();
        if (table.GetString("git") is { } git)
        {
            source.Add("git", git.StartsWith("git+", StringComparison.Ordinal) ? git[4..] : git);
            if (table.GetString("subdirectory") is { } subdirectory)
                source.Add("subdirectory", subdirectory);
            if (table.GetString("ref") is { } reference)
                source.Add("rev", reference);
        }
        else if ((table.GetString("path") ?? table.GetString("file")) is { } place)
        {
            source.Add(place.Contains("://", StringComparison.Ordinal) ? "url" : "path", place);
            if (table.GetBoolean("editable") == true)
                source.Add("editable", value: true);
        }
        else if (table.GetString("index") is { } index && !string.Equals(index, pipfile.Sources[0].Name))
        {
            source.Add("index", index);
        }

        return source.Count == 0 ? null : source;
    }

    /// <summary>Pipenv takes packages from the first source, and from another only what names it.</summary>
    private static void ReadIndexes(ImportedProject project, Pipfile pipfile)
    {
        foreach (var (index, source) in pipfile.Sources.Index())
        {
            var name = source.Name.Length == 0 ? null : source.Name;
            if (index > 0 && name is null)
                continue;
            var isPublic = string.Equals(source.Url.TrimEnd('/'), PipfileSource.Public.Url, StringComparison.Ordinal);
            if (index > 0 || !isPublic)
                project.Index(name, source.Url, isDefault: index == 0, isExplicit: index > 0);
            if (!source.VerifiesTls && !source.Url.StartsWith("http:", StringComparison.Ordinal))
                project.LoseCertificate(name ?? source.Url);
        }
    }

    private static void ReadLock(ImportedProject project, ImportFolder folder)
    {
        const string LockName = "Pipfile.lock";
        if (folder.TextOf(LockName) is not { } text)
            return;
        var known = new HashSet<PackageName>();
        foreach (var (key, entry) in PipfileLock.Parse(text, LockName).Categories.Values.SelectMany(entries => entries))
        {
            if (!PackageName.TryParse(key, out var name, out _) || !known.Add(name))
                continue;
            if (entry.Version is { } pin && Version.TryParse(pin.TrimStart('='), out var version))
                project.Pin(new ImportedPin(name, version));
            else if (Text(entry, "git") is { } url && Text(entry, "ref") is { } commit)
                project.Pin(new ImportedPin(name, null) { Repository = Commit(project, name, url, commit, entry) });
        }
    }

    /// <summary>The lock has the commit only; what was asked for is in the Pipfile.</summary>
    private static Packaging.Lockfiles.PylockRepository Commit(
        ImportedProject project,
        PackageName name,
        string url,
        string commit,
        PipfileLockEntry entry
    )
    {
        var requested = project.Sources.Find(one => one.Name == name).Source?.GetString("rev");
        var address = url.StartsWith("git+", StringComparison.Ordinal) ? url[4..] : url;
        return ImportFolder.Commit(address, commit, requested, Text(entry, "subdirectory"));
    }

    private static string? Text(PipfileLockEntry entry, string key)
    {
        if (!entry.Others.TryGetValue(key, out var json))
            return null;
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
    }
}
