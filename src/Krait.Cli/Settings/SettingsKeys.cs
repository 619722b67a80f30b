using System.Collections.Frozen;
using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Settings;

/// <summary>Every key that settings files may have: the options of all commands, the keys with a structure of their own, and uv's.</summary>
/// <param name="commands">The commands whose options are settings, too.</param>
internal sealed class SettingsKeys(CommandSet commands)
{
    private ImmutableArray<Option> options;

    private static readonly SettingShape Anything = new SettingShape.Anything();
    private static readonly SettingShape Text = new SettingShape.Text();
    private static readonly SettingShape Flag = new SettingShape.Flag();
    private static readonly SettingShape Texts = new SettingShape.ListOf(Text);

    private static readonly SettingShape.Table Index = Table(
        ("name", Text),
        ("url", Text),
        ("default", Flag),
        ("explicit", Flag),
        ("format", Text),
        ("mirror-of", Text),
        ("publish-url", Text),
        ("authenticate", Text),
        ("ignore-error-codes", new SettingShape.ListOf(Anything)),
        ("cache-control", Anything),
        ("exclude-newer", Anything),
        ("hash-algorithm", Text)
    );

    private static readonly SettingShape.Table Source = Table(
        ("index", Text),
        ("url", Text),
        ("path", Text),
        ("git", Text),
        ("subdirectory", Text),
        ("rev", Text),
        ("tag", Text),
        ("branch", Text),
        ("lfs", Flag),
        ("editable", Flag),
        ("package", Flag),
        ("workspace", Anything),
        ("marker", Text),
        ("extra", Text),
        ("group", Text)
    );

    private static readonly SettingShape Scoped = Table(
        ("package", Table(("name", Text), ("version", Text))),
        ("dependencies", Texts)
    );

    /// <summary>The keys that are no options, with what they hold.</summary>
    public static FrozenDictionary<string, SettingShape> Structured { get; } =
        Table(
            ("index", new SettingShape.ListOf(Index)),
            ("sources", new SettingShape.Named(new SettingShape.Either(Source, new SettingShape.ListOf(Source)))),
            (
                "dependency-metadata",
                new SettingShape.ListOf(
                    Table(
                        ("name", Text),
                        ("version", Text),
                        ("requires-dist", Texts),
                        ("requires-python", Text),
                        ("provides-extra", Texts)
                    )
                )
            ),
            ("constraint-dependencies", Texts),
            ("override-dependencies", new SettingShape.ListOf(new SettingShape.Either(Text, Scoped))),
            ("exclude-dependencies", new SettingShape.ListOf(new SettingShape.Either(Text, Scoped))),
            ("build-constraint-dependencies", Texts),
            ("environments", new SettingShape.Either(Texts, Text)),
            ("required-environments", new SettingShape.Either(Texts, Text)),
            (
                "conflicts",
                new SettingShape.ListOf(
                    new SettingShape.ListOf(Table(("package", Text), ("extra", Text), ("group", Text)))
                )
            ),
            ("workspace", Table(("members", Texts), ("exclude", Texts))),
            ("managed", Flag),
            ("package", Flag),
            ("default-groups", new SettingShape.Either(Texts, Text)),
            ("dependency-groups", new SettingShape.Named(Table(("requires-python", Text)))),
            ("dev-dependencies", Texts),
            ("extra-build-dependencies", Anything),
            ("extra-build-variables", Anything),
            ("cache-keys", new SettingShape.ListOf(Anything)),
            ("build-backend", Anything),
            ("add-bounds", Text),
            ("tasks", Anything),
            ("hooks", Anything),
            ("isolated-members", Flag)
        )
            .Keys.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Keys of uv that mean nothing to Krait.</summary>
    public static FrozenSet<string> OfUv { get; } =
        FrozenSet.Create(
            StringComparer.Ordinal,
            "required-version",
            "preview",
            "preview-features",
            "python-preference",
            "python-downloads",
            "concurrent-installs",
            "python-install-mirror",
            "pypy-install-mirror",
            "graalpy-install-mirror",
            "pyodide-install-mirror",
            "python-downloads-json-url",
            "publish-url",
            "trusted-publishing",
            "check-url",
            "audit",
            "minimum-libc-version",
            "no-extra",
            "system-certs",
            "native-tls"
        );

    /// <summary>The options of all commands, each name once for each of its meanings.</summary>
    public ImmutableArray<Option> Options =>
        options.IsDefault
            ? options = [.. commands.All.SelectMany(command => command.Options()).Concat(commands.General).Distinct()]
            : options;

    /// <summary>Every key that is known, for suggestions.</summary>
    public IEnumerable<string> Names =>
        Options
            .Where(option => option.Refused is null)
            .SelectMany(option => option.Opposite is { } opposite ? (string[])[option.Name, opposite] : [option.Name])
            .Concat(Structured.Keys)
            .Append("pip")
            .Distinct(StringComparer.Ordinal);

    private static SettingShape.Table Table(params ReadOnlySpan<(string Key, SettingShape Shape)> keys)
    {
        var table = new Dictionary<string, SettingShape>(StringComparer.Ordinal);
        foreach (var (key, shape) in keys)
            table.Add(key, shape);
        return new SettingShape.Table(table);
    }
}
