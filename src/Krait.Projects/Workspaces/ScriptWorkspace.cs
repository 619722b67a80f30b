using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>
/// A script with inline metadata as a workspace of its own, so that whatever can be done with a project can be done with it: locked, synced,
/// shown as a tree. Its lock is next to it, `pylock.NAME.toml`.
/// </summary>
public static class ScriptWorkspace
{
    /// <summary>Opens a script.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="text">The script, where it is not what the file has; else null.</param>
    /// <exception cref="KraitException">There is no script, or its metadata cannot be used (unusable input).</exception>
    public static Workspace Open(string path, string shown, string? text = null)
    {
        if (text is null)
        {
            var error = PlainFile.TryRead(path, out var content);
            if (error != FileError.None)
            {
                throw Unusable(
                    error == FileError.NotFound
                        ? new Diagnostic("no-file", $"the script `{shown}` does not exist")
                        : new FileSystemException("read", shown, error).Diagnostic
                );
            }

            text = content;
        }

        var metadata = ScriptMetadata.Read(text, shown, out var errors);
        if (!errors.IsEmpty)
            throw Unusable(errors[0]);
        var folder = Path.GetDirectoryName(path) ?? "/";
        // The manifest is made up: it takes the place of whatever is in the directory.
        var file = Path.Join(folder, WorkspaceFinder.ManifestName);
        var manifest = Manifest(path, metadata);
        var finder = new WorkspaceFinder(folder)
        {
            Replaced = ImmutableDictionary<string, string>.Empty.Add(file, manifest),
        };
        return finder.Find(folder).ForScript(path, shown, metadata);
    }

    /// <summary>The name of a script's lock (`pylock.NAME.toml`).</summary>
    public static string LockName(string path) =>
        $"pylock.{Path.GetFileNameWithoutExtension(path).Replace('.', '-')}.toml";

    /// <summary>The metadata of a script as a project that is never built.</summary>
    private static string Manifest(string path, ScriptMetadata? metadata)
    {
        var name = $"script-{Path.GetFileNameWithoutExtension(path)}";
        var project = new TomlWriter()
            .Table("project")
            .Key("name", PackageName.TryParse(name, out var parsed, out _) ? parsed.Value : "script")
            .Key("version", "0");
        if (metadata?.RequiresPython is { } python)
            project.Key("requires-python", python.ToString());
        project.Key("dependencies", TomlArray.OfStrings(metadata?.Dependencies.Select(one => one.Text) ?? []));
        var tool = metadata?.Tool("krait") ?? metadata?.Tool("uv");
        var settings = new TomlTable();
        foreach (var entry in tool?.Entries ?? [])
        {
            if (entry.Key is not ("workspace" or "package"))
                settings.Add(entry.Key, entry.Value);
        }

        // A root of its own, wherever the script is.
        settings.Add("workspace", new TomlTable().Add("members", new TomlArray([])));
        settings.Add("package", value: false);
        return project.Table("tool").Key("krait", settings).ToString();
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
