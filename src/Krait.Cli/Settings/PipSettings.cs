using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Settings;

/// <summary>
/// What pip is told besides its command line, for `krait pip`: the variables `PIP_*`, and `pip.conf` of the system, the user and the
/// active environment. What the settings of Krait say takes precedence over the files.
/// </summary>
internal sealed class PipSettings
{
    /// <summary>The options of pip that are taken from its settings, by pip's own spelling.</summary>
    public static readonly ImmutableArray<string> Names =
    [
        "index-url",
        "extra-index-url",
        "no-index",
        "find-links",
        "trusted-host",
        "cert",
        "client-cert",
        "proxy",
        "timeout",
        "retries",
        "keyring-provider",
        "require-hashes",
        "no-binary",
        "only-binary",
        "pre",
        "all-releases",
        "only-final",
        "uploaded-prior-to",
        "no-deps",
        "constraint",
        "build-constraint",
        "config-settings",
        "no-build-isolation",
        "requirement",
        "editable",
        "upgrade",
        "upgrade-strategy",
        "force-reinstall",
        "ignore-installed",
        "target",
        "prefix",
        "root",
        "python",
        "platform",
        "abi",
        "implementation",
        "python-version",
        "break-system-packages",
        "require-virtualenv",
        "compile",
        "dry-run",
        "report",
        "no-cache-dir",
        "no-color",
        "progress-bar",
        "exclude",
        "exclude-editable",
        "format",
        "path",
        "user",
        "src",
        "exists-action",
    ];

    private static readonly FrozenSet<string> Known = Names.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>pip's other spellings.</summary>
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["default-timeout"] = "timeout",
        ["pypi-url"] = "index-url",
        ["no-dependencies"] = "no-deps",
        ["require-venv"] = "require-virtualenv",
        ["requirements"] = "requirement",
        ["constraints"] = "constraint",
        ["config-setting"] = "config-settings",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly KraitContext context;
    private readonly ParsedArguments arguments;
    private readonly ImmutableArray<Option> options;

    private PipSettings(KraitContext context, ParsedArguments arguments)
    {
        this.context = context;
        this.arguments = arguments;
        options = arguments.Command.Options().AddRange(GlobalOptions.All);
    }

    /// <summary>The settings that hold for a command; null where it is not one of pip's.</summary>
    public static PipSettings? For(KraitContext context, ParsedArguments arguments) =>
        arguments.Command.Path.StartsWith("pip ", StringComparison.Ordinal)
            ? new PipSettings(context, arguments)
            : null;

    /// <summary>Takes the variables.</summary>
    /// <exception cref="KraitException">One of them cannot be used (unusable input).</exception>
    public void ApplyVariables()
    {
        if (arguments.IsOn(GlobalOptions.Isolated))
            return;
        foreach (var (name, value) in context.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith("PIP_", StringComparison.Ordinal) && value.Length > 0)
            {
                var key = name[4..].ToLowerInvariant().Replace('_', '-');
                Apply(new Setting(key, value, $"the variable `{name}`", context.WorkingFolder));
            }
        }
    }

    /// <summary>Takes the files, the later ones first.</summary>
    /// <exception cref="KraitException">One of them cannot be used (unusable input).</exception>
    public void ApplyFiles()
    {
        if (arguments.IsOn(GlobalOptions.NoConfig))
            return;
        var sections = (string[])[SectionOf(arguments.Command), "global"];
        var found = new List<(string File, IniEntry Entry)>();
        foreach (var file in PipFiles.Of(context, arguments).Read.Reverse())
            found.AddRange(Read(file).Reverse().Select(entry => (file, entry)));
        arguments.BeginSettings(isAlone: true);
        // A section takes precedence over files: `[install]` of the system over `[global]` of the user.
        foreach (var section in sections)
        {
            foreach (
                var (file, entry) in found.Where(one =>
                    string.Equals(one.Entry.Section, section, StringComparison.Ordinal)
                )
            )
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"`{entry.Key}` in {file}:{entry.Line}");
                var folder = Path.GetDirectoryName(file) ?? "/";
                Apply(new Setting(entry.Key.Replace('_', '-'), entry.Value, where, folder));
            }
        }
    }

    /// <summary>pip-compile and pip-sync take what is said to `pip install`.</summary>
    private static string SectionOf(Command command) =>
        command.Path["pip ".Length..] switch
        {
            "compile" or "sync" => "install",
            "tree" => "list",
            var own => own,
        };

    private ImmutableArray<IniEntry> Read(string file)
    {
        if (
            PlainFile.TryRead(file, out var text) != FileError.None
            || !ProjectConfiguration.IsOurs(context, file, GlobalOptions.ConfigFile)
        )
        {
            return [];
        }

        context.Terminal.Detail($"Reading pip's settings from `{file}`");
        arguments.Settings.Add((file, text));
        return IniFile.TryParse(text, out var entries, out var error)
            ? entries
            : throw new KraitException(error.In(file, error.Line)) { Kind = FailureKind.UnusableInput };
    }

    private void Apply(Setting setting)
    {
        var key = Aliases.GetValueOrDefault(setting.Key, setting.Key);
        if (
            setting.Value.Length == 0
            || !Known.Contains(key)
            || SettingsTable.Find(options, key) is not var (option, _)
        )
        {
            return;
        }

        if (option.Refused is { } advice)
        {
            if (!Booleans.TryParse(setting.Value, out var isAsked) || isAsked)
                Warn($"{setting.Where} has no effect", advice);
            return;
        }

        // The certificates of variables are meant for every program, and take precedence over a file of pip.
        if (key is "cert" && (IsSet("SSL_CERT_FILE") || IsSet("SSL_CERT_DIR")))
            return;
        if (option.Kind == OptionKind.Flag)
            arguments.Configure(option, ReadFlag(key, setting), setting.Where);
        else if (option.Kind != OptionKind.Count)
            arguments.Configure(option, ReadValues(option, setting), setting.Where);
    }

    private bool IsSet(string variable) => context.Variables.GetValueOrDefault(variable) is { Length: > 0 };

    private static bool ReadFlag(string key, Setting setting)
    {
        if (!Booleans.TryParse(setting.Value, out var isOn))
        {
            throw new UsageException(
                $"{setting.Where} must be true or false, but it is `{setting.Value}`",
                "Set it to `true` or `false`"
            );
        }

        return key switch
        {
            // pip's options that switch something off take the value of what they switch.
            "no-build-isolation" => !isOn,
            // Any value disables the cache, as in pip.
            "no-cache-dir" => true,
            _ => isOn,
        };
    }

    private static IEnumerable<string> ReadValues(Option option, Setting setting)
    {
        IEnumerable<string> values =
            option.Kind == OptionKind.Values
                ? setting.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                : [setting.Value];
        return option.Content == OptionContent.Path ? values.Select(value => FromFile(value, setting.Folder)) : values;
    }

    /// <summary>A relative path starts from the file where something is there, else from the working directory, as in pip.</summary>
    private static string FromFile(string value, string folder)
    {
        if (Packaging.Locations.Location.IsUrl(value) || value is "-" or ['/' or '~', ..])
            return value;
        var near = Path.GetFullPath(value, folder);
        return FileStatus.Exists(near, followLinks: true) ? near : value;
    }

    private void Warn(string message, string hint) =>
        DiagnosticRenderer.WriteWarning(
            context.Terminal,
            new Diagnostic("ignored-setting", message) { Hints = [hint] }
        );

    /// <summary>One setting of pip.</summary>
    /// <param name="Key">Its option without dashes in front.</param>
    /// <param name="Value">Its text.</param>
    /// <param name="Where">What messages call it.</param>
    /// <param name="Folder">What its relative paths start from.</param>
    private sealed record Setting(string Key, string Value, string Where, string Folder);
}
