using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Cli.Settings;

/// <summary>
/// Takes defaults for options from `[tool.pip-tools]` and the table of the command below it, as pip-compile and pip-sync do: in
/// `.pip-tools.toml` or `pyproject.toml` beside the first source.
/// </summary>
internal static class PipToolsSettings
{
    /// <summary>Adds what the tables say and neither the command line nor the environment does.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">What the command line says.</param>
    /// <param name="command">The table of the command: `compile` or `sync`.</param>
    /// <param name="config">The option that names another file.</param>
    /// <param name="keys">The keys that there are, for all commands.</param>
    /// <exception cref="KraitException">A table sets what is no option, or sets it to what it cannot be (unusable input).</exception>
    public static void Apply(
        KraitContext context,
        ParsedArguments arguments,
        string command,
        Option config,
        SettingsKeys keys
    )
    {
        if (arguments.IsOn(GlobalOptions.NoConfig) || Find(context, arguments, config) is not { } found)
            return;
        var (file, text) = found;
        // A file that is no TOML is reported by whoever needs it.
        if (!TomlDocument.TryParse(text, out var document, out var errors))
        {
            if (arguments.Value(config) is not null)
                throw new KraitException(errors[0].In(file, errors[0].Line)) { Kind = FailureKind.UnusableInput };
            return;
        }

        if (document.Root.Find("tool", "pip-tools") is not TomlTable shared)
            return;
        var options = arguments.Command.Options().AddRange(GlobalOptions.All);
        var path = Path.GetFullPath(file, context.WorkingFolder);
        var trust = arguments.Value(config) is null ? new ProjectTrust(path, context.WorkingFolder) : null;
        var place = new SettingsFileText(path, file, document, context.WorkingFolder)
        {
            MayStartFromWorkingFolder = true,
        };
        var table = new SettingsTable(arguments, options, place, trust, keys);
        arguments.BeginSettings();
        var own = shared.GetTable(command)?.Entries ?? [];
        foreach (var entry in own.Concat(shared.Entries.Where(entry => entry.Value is not TomlTable)))
        {
            if (!table.TryApply(entry) && !IsKnown(entry.Key))
                throw Unknown(entry, options, place);
        }
    }

    /// <summary>The shared table is for both commands: what only the other one takes is passed over.</summary>
    private static bool IsKnown(string key)
    {
        ImmutableArray<Option> both = [.. CompileOptions.All, .. SyncOptions.All];
        return SettingsTable.Find(both, key) is not null
            || (key.Replace('_', '-') is ['n', 'o', '-', .. var rest] && SettingsTable.Find(both, rest) is not null);
    }

    private static KraitException Unknown(TomlEntry entry, IEnumerable<Option> options, SettingsFileText file)
    {
        var names = options.Where(option => !option.IsHidden).SelectMany(option => option.Aliases.Prepend(option.Name));
        var nearest = Suggestions.Nearest(entry.Key.Replace('_', '-'), names);
        var fault = file.Fault(entry, "unknown-setting", $"`[tool.pip-tools]` has an unknown key: `{entry.Key}`");
        return new KraitException(fault with { Hints = nearest is null ? [] : [$"Did you mean `{nearest}`?"] })
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private static (string File, string Text)? Find(KraitContext context, ParsedArguments arguments, Option config)
    {
        if (arguments.Value(config) is { } named)
        {
            return PlainFile.TryRead(Path.GetFullPath(named, context.WorkingFolder), out var content) == FileError.None
                ? (named, content)
                : throw new UsageException($"cannot read `{named}`");
        }

        var first = arguments.Positionals.FirstOrDefault(file => file is not "-");
        var folder = first is null ? "" : Path.GetDirectoryName(first) ?? "";
        foreach (var name in new[] { ".pip-tools.toml", "pyproject.toml" })
        {
            var file = Path.Join(folder, name);
            var path = Path.GetFullPath(file, context.WorkingFolder);
            if (
                PlainFile.TryRead(path, out var text) == FileError.None
                && ProjectConfiguration.IsOurs(context, path, config)
            )
            {
                return (file, text);
            }
        }

        return null;
    }
}
