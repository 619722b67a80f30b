using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>Options of pip, pip-tools and uv that ask for what krait does anyway, have no effect here, or are refused with advice.</summary>
internal static class ForeignOptions
{
    /// <summary>Asks for what krait does anyway: nothing is said.</summary>
    private static Option Usual(string name, string reason, OptionKind kind = OptionKind.Flag) =>
        new(name, kind, reason) { IsHidden = true };

    /// <summary>Accepted without effect, with a warning.</summary>
    private static Option Accepted(string name, string reason, OptionKind kind = OptionKind.Flag) =>
        new(name, kind, reason) { IsHidden = true, Ignored = reason };

    private static Option Refused(string name, string advice, OptionKind kind = OptionKind.Flag) =>
        new(name, kind, advice) { IsHidden = true, Refused = advice };

    /// <summary>What uv's commands for projects take, and those for environments accept.</summary>
    public static readonly Option Project = Accepted(
        "project",
        "the pip commands work on environments and files, not on projects",
        OptionKind.Value
    );

    /// <summary>What to do about a directory in the way of a clone.</summary>
    public static Option ExistsAction { get; } =
        new(
            "exists-action",
            OptionKind.Values,
            "What to do if the directory to clone into already exists: (s)witch, (i)gnore, (w)ipe, (b)ackup or (a)bort"
        )
        {
            ValueName = "ACTION",
            Choices = ["s", "i", "w", "b", "a"],
            IsHidden = true,
        };

    /// <summary>Where clones of repositories are kept that are installed in place.</summary>
    public static Option SourceFolder { get; } =
        new("src", OptionKind.Value, "Clone repositories that are installed in place into this directory")
        {
            Aliases = ["source", "source-dir", "source-directory"],
            Content = OptionContent.Path,
            ValueName = "DIR",
        };

    /// <summary>Those of every command.</summary>
    public static ImmutableArray<Option> General { get; } =
    [
        Usual("no-input", "krait never asks"),
        Usual("disable-pip-version-check", "krait does not look for newer releases of pip"),
        Usual("no-python-version-warning", "krait warns of no version of Python"),
        Usual("system-certs", "the system's certificates are trusted by default") with
        {
            Aliases = ["native-tls"],
        },
        Usual("no-managed-python", "krait manages no interpreters"),
        Usual("no-python-downloads", "krait downloads no interpreters"),
        Usual("preview", "nothing is held back") with
        {
            Opposite = "no-preview",
        },
        Usual("preview-features", "nothing is held back", OptionKind.Values),
        Accepted("debug", "use `-v` to see more"),
        ExistsAction,
        Accepted("use-feature", "krait has no such switch", OptionKind.Values),
        Accepted("use-deprecated", "krait has no such switch", OptionKind.Values),
        Accepted("resume-retries", "interrupted downloads count among `--retries`", OptionKind.Value),
        Accepted("python-preference", "krait uses the interpreters of the system", OptionKind.Value),
        Refused("managed-python", "Install an interpreter and name it with `--python`; krait manages none yet"),
        Refused("allow-python-downloads", "Install an interpreter and name it with `--python`"),
        Refused("log", "Redirect the output: `-v 2>FILE`", OptionKind.Value) with
        {
            Aliases = ["log-file", "local-log"],
        },
    ];

    /// <summary>Those of `pip install` alone.</summary>
    public static ImmutableArray<Option> Install { get; } =
    [
        Usual("no-warn-script-location", "krait does not warn of it"),
        Usual("root-user-action", "krait does not warn the root user", OptionKind.Value),
        Usual("no-clean", "krait leaves no build folders"),
        Accepted("no-warn-conflicts", "conflicts are reported once; choose with `--strict` whether they are an error"),
        SourceFolder,
        Refused("user", "Make an environment with `krait venv`; krait does not install into the user's directory"),
        Refused("no-use-pep517", "Builds follow the standard; remove the option"),
        Refused("install-option", "Use `--config-settings`", OptionKind.Values) with
        {
            Aliases = ["global-option", "build-option"],
        },
        .. OldInstall,
    ];

    /// <summary>Those of `pip download` and `pip wheel`.</summary>
    public static ImmutableArray<Option> Saving { get; } =
    [
        Usual("no-clean", "krait leaves no build folders"),
        Usual("no-verify", "every wheel that is built is checked"),
        Usual("src", "repositories are saved as archives, and not cloned", OptionKind.Value) with
        {
            Aliases = ["source", "source-dir", "source-directory"],
        },
        Refused("no-use-pep517", "Builds follow the standard; remove the option"),
        Refused("global-option", "Use `--config-settings`", OptionKind.Values) with
        {
            Aliases = ["build-option"],
        },
    ];

    /// <summary>Those of `uv build`.</summary>
    public static ImmutableArray<Option> Build { get; } =
    [
        Usual("no-build-logs", "what backends write is shown where a build fails, and with `-v`"),
        Usual("force-pep517", "every backend is called by the standard"),
        Usual("upgrade", "what builds need is not pinned") with
        {
            Short = 'U',
        },
        Usual("upgrade-package", "what builds need is not pinned", OptionKind.Values) with
        {
            Short = 'P',
        },
        Usual("upgrade-group", "what builds need is not pinned", OptionKind.Values),
        Accepted("require-hashes", "what builds need is checked against the hashes that the index states"),
        Accepted("no-verify-hashes", "what builds need is checked against the hashes that the index states"),
    ];

    /// <summary>Spellings of old scripts whose loss is harmless.</summary>
    private static ImmutableArray<Option> OldInstall =>
        [
            Accepted("use-wheel", "wheels are always used"),
            Accepted("always-unzip", "wheels are always unpacked"),
            Accepted("process-dependency-links", "dependency links are gone from Python packaging"),
            Accepted("allow-external", "only what indexes list is found", OptionKind.Values),
            Accepted("allow-all-external", "only what indexes list is found"),
            Accepted("allow-unverified", "only what indexes list is found", OptionKind.Values),
            Accepted("download-cache", "use `--cache-dir`", OptionKind.Value),
            Accepted("build", "nothing is built in a folder of its own", OptionKind.Value),
            Refused("no-use-wheel", "Use `--no-binary :all:`"),
            Refused("egg", "Eggs are not installed any more"),
        ];

    /// <summary>Those of `pip-compile`.</summary>
    public static ImmutableArray<Option> Compile { get; } =
    [
        Usual("link-mode", "a compilation installs nothing", OptionKind.Value),
        Accepted("max-rounds", "the resolver needs no rounds", OptionKind.Value),
        Refused("build-deps-for", "Build requirements cannot be compiled: nothing is built", OptionKind.Values),
        Refused("all-build-deps", "Build requirements cannot be compiled: nothing is built"),
        Refused("only-build-deps", "Build requirements cannot be compiled: nothing is built"),
    ];

    /// <summary>Those of `pip-sync`.</summary>
    public static ImmutableArray<Option> Sync { get; } =
    [Refused("user", "Make an environment with `krait venv`; krait does not install into the user's directory")];

    /// <summary>Those of `pip freeze` and `pip list`.</summary>
    public static ImmutableArray<Option> Inspection { get; } =
    [
        Usual("local", "what an environment inherits is never shown") with
        {
            Short = 'l',
        },
        Refused("user", "Name the directory with `--path DIR`; krait does not look into the user's directory"),
    ];
}
