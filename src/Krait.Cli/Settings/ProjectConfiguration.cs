using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Inputs;

namespace Krait.Cli.Settings;

/// <summary>
/// The settings that hold below a folder: `krait.toml`, or `[tool.krait]` (else `[tool.uv]`) of a `pyproject.toml`, whichever is
/// nearest to the working folder. Their options are defaults of the command line; what they say about resolving is for the reader of
/// requirements.
/// </summary>
internal static class ProjectConfiguration
{
    /// <summary>Finds the settings, takes their options, and gives the rest; null where there are none.</summary>
    /// <exception cref="KraitException">The file cannot be used (unusable input).</exception>
    public static ProjectSettings? Apply(KraitContext context, ParsedArguments arguments)
    {
        if (Find(context, arguments) is not { } found)
            return null;
        var (file, table, isOwn, project) = found;
        context.Terminal.Detail($"Reading settings from `{file}`");
        var options = arguments.Command.Options().AddRange(GlobalOptions.All);
        var isNamed = arguments.Value(GlobalOptions.ConfigFile) is not null;
        var trust = isNamed ? null : new ProjectTrust(file, context.WorkingFolder);
        var settings = new SettingsTable(arguments, options, file, trust)
        {
            // What another tool's users wrote for it is no mistake.
            Refused = isOwn ? null : fault => DiagnosticRenderer.WriteWarning(context.Terminal, Ignored(fault)),
        };
        foreach (var entry in table.GetTable("pip")?.Entries ?? [])
        {
            if (!settings.TryApply(entry) && isOwn)
                Warn(context, entry.Key, file);
        }

        foreach (var entry in table.Entries.Where(IsOption))
            settings.TryApply(entry);
        // What is written into a compiled file must not tell where this machine keeps it.
        var shown = Path.GetRelativePath(context.WorkingFolder, file);
        return SettingsFile.Read(table, shown, Path.GetDirectoryName(file) ?? "/", project);
    }

    /// <summary>Some keys have the name of an option and hold more than it can.</summary>
    private static bool IsOption(TomlEntry entry) =>
        entry.Key is not ("index" or "sources" or "pip" or "dependency-groups" or "package");

    private static Diagnostic Ignored(Diagnostic fault) => fault with { Message = $"{fault.Message}: it is ignored" };

    private static void Warn(KraitContext context, string key, string file) =>
        DiagnosticRenderer.WriteWarning(
            context.Terminal,
            new Diagnostic("unknown-setting", $"`{key}` is no option of this command").In(file)
        );

    private static (string File, TomlTable Table, bool IsOwn, string? Project)? Find(
        KraitContext context,
        ParsedArguments arguments
    )
    {
        if (arguments.IsOn(GlobalOptions.NoConfig))
            return null;
        if (arguments.Value(GlobalOptions.ConfigFile) is { } named)
        {
            var path = Path.GetFullPath(named, context.WorkingFolder);
            var error = PlainFile.TryRead(path, out var content);
            return error == FileError.None
                ? (path, Parse(content, named), true, null)
                : throw new UsageException($"cannot read `{named}`");
        }

        for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var own = Path.Join(folder, "krait.toml");
            if (
                PlainFile.TryRead(own, out var text) == FileError.None
                && IsOurs(context, own, GlobalOptions.ConfigFile)
            )
            {
                return (own, Parse(text, own), true, null);
            }

            var project = Path.Join(folder, "pyproject.toml");
            if (
                PlainFile.TryRead(project, out text) == FileError.None
                && FindTool(text) is { } tool
                && IsOurs(context, project, GlobalOptions.ConfigFile)
            )
            {
                return (project, tool.Table, tool.IsOwn, tool.Project);
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a file may be used without being named: what lies above the working folder, as in `/tmp`, may have been put there by another
    /// user to be found.
    /// </summary>
    public static bool IsOurs(KraitContext context, string file, Option naming)
    {
        var folder = Path.GetDirectoryName(file) ?? "/";
        var isHere = string.Equals(folder, context.WorkingFolder, StringComparison.Ordinal);
        var isBelow = folder.StartsWith(context.WorkingFolder.TrimEnd('/') + "/", StringComparison.Ordinal);
        if (isHere || isBelow || FileOwner.OfProcess(context.Variables).FindStranger(file) is not { } stranger)
            return true;
        DiagnosticRenderer.WriteWarning(
            context.Terminal,
            new Diagnostic("foreign-settings", $"ignoring `{file}`, which belongs to another user (uid {stranger})")
            {
                Hints = [$"Pass `--{naming.Name} {file}` if you trust that user"],
            }
        );
        return false;
    }

    /// <summary>The table of a project file; a file that is no TOML is reported by whoever needs it.</summary>
    private static (TomlTable Table, bool IsOwn, string? Project)? FindTool(string text)
    {
        if (
            !text.Contains("tool.krait", StringComparison.Ordinal)
            && !text.Contains("tool.uv", StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (!TomlDocument.TryParse(text, out var document, out _) || document.Root.GetTable("tool") is not { } tools)
            return null;
        var name = document.Root.Find("project", "name")?.AsString;
        if (tools.GetTable("krait") is { } own)
            return (own, true, name);
        return tools.GetTable("uv") is { } other ? (other, false, name) : null;
    }

    private static TomlTable Parse(string text, string file) =>
        TomlDocument.TryParse(text, out var document, out var errors)
            ? document.Root
            : throw new KraitException(errors[0].In(file, errors[0].Line)) { Kind = FailureKind.UnusableInput };
}
