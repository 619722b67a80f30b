using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Settings;

/// <summary>Finds the settings files of a run: the named one, or those of the project, the user and the system.</summary>
internal sealed class SettingsPlaces(KraitContext context, ParsedArguments arguments)
{
    /// <summary>The file that is meant, or the files that there are, the nearest first.</summary>
    /// <exception cref="KraitException">A file cannot be read or is not TOML (unusable input).</exception>
    public IEnumerable<SettingsSource> Find()
    {
        if (arguments.IsOn(GlobalOptions.NoConfig))
            yield break;
        if (arguments.Value(GlobalOptions.ConfigFile) is { } named)
        {
            yield return ReadNamed(named);
            yield break;
        }

        if (FindProject() is { } project)
            yield return project;
        foreach (var file in (string?[])[UserFile(context.Variables), SystemFile(context.Variables)])
        {
            if (
                file is not null
                && TryRead(file, out var text)
                && ProjectConfiguration.IsOurs(context, file, GlobalOptions.ConfigFile)
            )
            {
                yield return Whole(file, text, file);
            }
        }
    }

    // Loops, not queries: every command comes through here, and the first generic virtual method of a process costs it half a millisecond.

    /// <summary>The directories of a user's and the system's settings, in the order in which they are searched.</summary>
    public static IEnumerable<string> SystemFolders(IReadOnlyDictionary<string, string> variables)
    {
        var listed = variables.GetValueOrDefault("XDG_CONFIG_DIRS") is { Length: > 0 } text ? text : "/etc/xdg";
        foreach (var folder in listed.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Path.IsPathRooted(folder))
                yield return folder;
        }

        yield return "/etc";
    }

    /// <summary>The directory of a user's settings; null where there is no home.</summary>
    public static string? UserFolder(IReadOnlyDictionary<string, string> variables)
    {
        // The base directory specification: a relative path is to be ignored.
        if (variables.GetValueOrDefault("XDG_CONFIG_HOME") is ['/', ..] configured)
            return configured;
        return variables.GetValueOrDefault("HOME") is ['/', ..] home ? Path.Join(home, ".config") : null;
    }

    private static string? UserFile(IReadOnlyDictionary<string, string> variables) =>
        UserFolder(variables) is { } folder ? Path.Join(folder, "krait", "krait.toml") : null;

    private static string? SystemFile(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var folder in SystemFolders(variables))
        {
            var file = Path.Join(folder, "krait", "krait.toml");
            if (FileStatus.Exists(file, followLinks: true))
                return file;
        }

        return null;
    }

    private SettingsSource ReadNamed(string named)
    {
        var path = Path.GetFullPath(named, context.WorkingFolder);
        var error = PlainFile.TryRead(path, out var text);
        if (error != FileError.None)
        {
            throw new UsageException(
                $"cannot read `{named}`, which {arguments.NameOf(GlobalOptions.ConfigFile)} names"
            );
        }

        if (Path.GetFileName(path) is "pyproject.toml" && FindTool(path, named, text) is { } tool)
            return tool with { IsNamed = true };
        return Whole(path, text, named) with { IsNamed = true };
    }

    /// <summary>The nearest file upwards from the project's directory, which is the working directory where no option says otherwise.</summary>
    private SettingsSource? FindProject()
    {
        for (var folder = StartFolder(); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FindIn(folder) is not { } source)
                continue;
            // The settings of a workspace are those of its root: the lock must not depend on the directory that one stands in.
            var isManifest = Path.GetFileName(source.File.Path) is WorkspaceFinder.ManifestName;
            return isManifest && WorkspaceFinder.FindRootOf(folder) is { } root && FindIn(root) is { } ofRoot
                ? ofRoot
                : source;
        }

        return null;
    }

    /// <summary>A project has its settings from wherever it is used; commands that know no project take no notice of the variable.</summary>
    private string StartFolder() =>
        arguments.Value(ProjectOptions.Project) is not null
        && arguments.Command.Options().Any(option => ReferenceEquals(option, ProjectOptions.Project))
            ? ProjectAccess.StartFolder(context, arguments)
            : context.WorkingFolder;

    private SettingsSource? FindIn(string folder)
    {
        foreach (var name in (string[])["krait.toml", WorkspaceFinder.ManifestName, "uv.toml"])
        {
            var file = Path.Join(folder, name);
            if (!TryRead(file, out var text))
                continue;
            var shown = Path.GetRelativePath(context.WorkingFolder, file);
            var isManifest = name is WorkspaceFinder.ManifestName;
            // `uv.toml` takes precedence over `[tool.uv]` beside it, but not over `[tool.krait]`.
            var source = isManifest ? FindTool(file, shown, text) : Whole(file, text, shown);
            if (source is { IsOwn: false } && isManifest && TryRead(Path.Join(folder, "uv.toml"), out _))
                continue;
            if (source is not null && ProjectConfiguration.IsOurs(context, file, GlobalOptions.ConfigFile))
                return source with { IsOfProject = true };
        }

        return null;
    }

    /// <summary>Reads a file that may not be there, or not be for us to read.</summary>
    /// <exception cref="KraitException">It is no text that a person wrote (unusable input).</exception>
    private static bool TryRead(string file, out string text)
    {
        var error = PlainFile.TryRead(file, out text);
        if (error == FileError.FileTooLarge)
        {
            throw new KraitException(
                new Diagnostic(
                    "unreadable-settings",
                    $"cannot read `{file}`: it is larger than {PlainFile.LargestText / 1024 / 1024} MiB"
                )
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        return error == FileError.None;
    }

    private SettingsSource Whole(string path, string text, string shown)
    {
        if (!TomlDocument.TryParse(text, out var document, out var errors))
            throw new KraitException(errors[0].In(shown, errors[0].Line)) { Kind = FailureKind.UnusableInput };
        var file = new SettingsFileText(path, shown, document, context.WorkingFolder);
        return new SettingsSource(file, document.Root, $"`{shown}`")
        {
            IsOwn = Path.GetFileName(path) is not "uv.toml",
        };
    }

    /// <summary>The table of a project file; a file that is not TOML is reported by whoever needs it.</summary>
    private SettingsSource? FindTool(string path, string shown, string text)
    {
        if (
            !text.Contains("tool.krait", StringComparison.Ordinal)
            && !text.Contains("tool.uv", StringComparison.Ordinal)
            && !text.Contains("[tool]", StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (!TomlDocument.TryParse(text, out var document, out _) || document.Root.GetTable("tool") is not { } tools)
            return null;
        var own = tools.GetTable("krait");
        if ((own ?? tools.GetTable("uv")) is not { } table)
            return null;
        var file = new SettingsFileText(path, shown, document, context.WorkingFolder);
        return new SettingsSource(file, table, own is null ? "`[tool.uv]`" : "`[tool.krait]`")
        {
            IsOwn = own is not null,
            Project = document.Root.Find("project", "name")?.AsString,
        };
    }
}
