using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Projects.Inputs;

namespace Krait.Cli.Settings;

/// <summary>
/// Applies all settings below the command line and its variables: pip's variables, the project's file, the user's, the system's, and
/// pip's files. Their options become defaults of the command line; what they say about resolving is for the reader of requirements.
/// </summary>
internal static class ProjectConfiguration
{
    /// <summary>Finds the settings, takes their options, and gives the rest; null where there are none.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">What the command line says.</param>
    /// <param name="commands">All commands: a settings file is for each of them.</param>
    /// <exception cref="KraitException">A file cannot be used (unusable input).</exception>
    public static ProjectSettings? Apply(KraitContext context, ParsedArguments arguments, CommandSet commands)
    {
        var keys = new SettingsKeys(commands);
        var pip = PipSettings.For(context, arguments);
        arguments.BeginSettings(isAlone: true);
        pip?.ApplyVariables();
        ProjectSettings? settings = null;
        var isBeforePipTools = true;
        foreach (var source in new SettingsPlaces(context, arguments).Find())
        {
            if (isBeforePipTools && !source.IsOfProject)
                ApplyPipTools(context, arguments, keys);
            isBeforePipTools &= source.IsOfProject;
            var found = Apply(context, arguments, source, keys);
            settings = settings?.Over(found) ?? found;
        }

        if (isBeforePipTools)
            ApplyPipTools(context, arguments, keys);
        pip?.ApplyFiles();
        return settings;
    }

    private static void ApplyPipTools(KraitContext context, ParsedArguments arguments, SettingsKeys keys)
    {
        if (arguments.Command.PipToolsTable is { } table)
            PipToolsSettings.Apply(context, arguments, table, CompileOptions.Config, keys);
    }

    private static ProjectSettings Apply(
        KraitContext context,
        ParsedArguments arguments,
        SettingsSource source,
        SettingsKeys keys
    )
    {
        context.Terminal.Detail($"Reading settings from `{source.File.Shown}`");
        new SettingsCheck(source.File, source.Name, keys).Run(source.Table);
        WarnOfUv(context, source);
        var trust = source.IsOfProject ? new ProjectTrust(source.File.Path, context.WorkingFolder) : null;
        var options = arguments.Command.Options().AddRange(GlobalOptions.All);
        var settings = new SettingsTable(arguments, options, source.File, trust, keys)
        {
            // What another tool's users wrote for it is no mistake.
            Refused = source.IsOwn ? null : fault => DiagnosticRenderer.WriteWarning(context.Terminal, Ignored(fault)),
        };
        arguments.Settings.Add((source.File.Path, source.File.Document.Text));
        arguments.BeginSettings();
        foreach (var entry in source.Table.GetTable("pip")?.Entries ?? [])
            settings.TryApply(entry);
        foreach (var entry in source.Table.Entries.Where(IsOption))
            settings.TryApply(entry);
        // What is written into a compiled file must not tell where this machine keeps it.
        var shown = Path.GetRelativePath(context.WorkingFolder, source.File.Path);
        return SettingsFile.Read(source.Table, shown, source.File.Folder, source.Project, source.File.Document);
    }

    /// <summary>Some keys have the name of an option and hold more than it can.</summary>
    private static bool IsOption(TomlEntry entry) =>
        entry.Key is not "pip" && !SettingsKeys.Structured.ContainsKey(entry.Key.Replace('_', '-'));

    /// <summary>In a file of our own, a key that only uv respects is worth a word.</summary>
    private static void WarnOfUv(KraitContext context, SettingsSource source)
    {
        if (!source.IsOwn)
            return;
        foreach (var entry in source.Table.Entries.Where(entry => SettingsKeys.OfUv.Contains(entry.Key)))
        {
            var message = $"`{entry.Key}` has no effect in krait";
            DiagnosticRenderer.WriteWarning(context.Terminal, source.File.Fault(entry, "ignored-setting", message));
        }
    }

    private static Diagnostic Ignored(Diagnostic fault) => fault with { Message = $"{fault.Message}: it is ignored" };

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
}
