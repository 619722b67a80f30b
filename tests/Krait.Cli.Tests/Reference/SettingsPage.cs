using System.Text;
using Krait.Cli.Commands;
using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Settings;

namespace Krait.Cli.Tests.Reference;

/// <summary>The tables of `docs/settings.md`: every option, key and variable. What stands above them is written by hand.</summary>
internal static class SettingsPage
{
    private const string Begin = "<!-- From here on, the page is generated from the tables of the command line. -->\n";

    /// <summary>Variables that belong to no option.</summary>
    private static readonly (string Name, string Meaning)[] Plain =
    [
        ("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY", "The proxies for HTTP, HTTPS and all requests; lower case counts, too"),
        ("NO_PROXY", "Hosts, domains and networks that are reached without a proxy"),
        ("SSL_CERT_FILE, SSL_CERT_DIR", "The certificate authorities to trust, instead of the system's"),
        ("SSL_CLIENT_CERT", "The client certificate, as `--client-cert`"),
        ("NETRC", "The file with credentials for indexes [default: ~/.netrc]"),
        (
            "KRAIT_INDEX_NAME_USERNAME, KRAIT_INDEX_NAME_PASSWORD",
            "The credentials of the index NAME (also `UV_INDEX_…`)"
        ),
        ("VIRTUAL_ENV, CONDA_PREFIX", "The active environment"),
        ("KRAIT_PROJECT_ENVIRONMENT", "The environment of the project, instead of `.venv`"),
        (
            "KRAIT_PYTHON_SEARCH_PATH",
            "Directories to search for interpreters, instead of PATH (also `UV_PYTHON_SEARCH_PATH`)"
        ),
        ("KRAIT_TORCH_INDEX_URL", "The address that PyTorch's indexes are below"),
        (
            "KRAIT_CUDA_DRIVER_VERSION",
            "The version of the CUDA driver, instead of detecting it (also `UV_CUDA_DRIVER_VERSION`)"
        ),
        (
            "KRAIT_AMD_GPU_ARCHITECTURE",
            "The architecture of the AMD GPU, instead of detecting it (also `UV_AMD_GPU_ARCHITECTURE`)"
        ),
        ("XDG_CACHE_HOME", "The directory that the cache is in, as `krait` [default: ~/.cache]"),
        ("XDG_CONFIG_HOME, XDG_CONFIG_DIRS", "Where settings files are looked for, see above"),
        ("PIP_CONFIG_FILE", "Another file of pip; `/dev/null` reads none of pip's files"),
        ("NO_COLOR, FORCE_COLOR", "Never, or always, use colour"),
        ("CUSTOM_COMPILE_COMMAND", "The command in the header of compiled files, as pip-compile"),
        ("COLUMNS", "The width of help texts and progress"),
    ];

    /// <summary>Variables that Krait sets for programs that it starts; nobody else sets them.</summary>
    public static readonly string[] Internal =
    [
        "KRAIT_BUILD_SESSION",
        "KRAIT_GIT_USER",
        "KRAIT_GIT_PASSWORD",
        "KRAIT_IN_HOOK",
    ];

    /// <summary>What the keys with a structure of their own hold.</summary>
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["index"] =
            "Indexes by name: `name`, `url`, `default`, `explicit`, `format`, `authenticate`, `ignore-error-codes`, `mirror-of`",
        ["sources"] =
            "Where single packages come from: `index`, `url`, `path`, `git`, `workspace`, with `marker`, `extra` or `group`",
        ["dependency-metadata"] = "Metadata to use instead of what packages state",
        ["constraint-dependencies"] = "Constraints on all resolutions",
        ["override-dependencies"] = "Requirements that replace all others on their packages",
        ["exclude-dependencies"] = "Packages to leave out",
        ["build-constraint-dependencies"] = "Constraints on build requirements",
        ["environments"] = "The environments that universal resolutions are for, as markers",
        ["required-environments"] = "Environments that every version without a source distribution needs a wheel for",
        ["conflicts"] = "Extras and groups that are never installed together",
        ["workspace"] = "The `members` of a workspace, and what to `exclude`",
        ["managed"] = "Whether Krait manages the project",
        ["package"] = "Whether the project is a package to build and install",
        ["default-groups"] = "The dependency groups that are installed by default, or `\"all\"`",
        ["dependency-groups"] = "The `requires-python` of dependency groups",
        ["dev-dependencies"] = "Requirements of the group `dev`, in their old place",
        ["extra-build-dependencies"] = "More requirements for building single packages",
        ["extra-build-variables"] = "Variables for building single packages",
        ["cache-keys"] = "Changes of these rebuild a local project",
        ["build-backend"] = "Settings of uv's build backend",
        ["add-bounds"] = "The bounds that are added to new requirements",
        ["hooks"] =
            "Tasks that are run before the lock is made (`pre-lock`) and after the environment has changed (`post-sync`): see `docs/projects.md`",
        ["isolated-members"] = "Give each member of the workspace an environment of its own: see `docs/projects.md`",
        ["tasks"] = "Commands of the project that `krait run` knows by name: see `docs/projects.md`",
    };

    /// <summary>The page: what stands above the tables, and the tables.</summary>
    public static string Of(string written)
    {
        var end = written.IndexOf(Begin, StringComparison.Ordinal);
        var page = new StringBuilder(end < 0 ? written.TrimEnd() + "\n\n" : written[..end]).Append(Begin);
        AppendOptions(page);
        AppendKeys(page);
        AppendVariables(page);
        AppendPip(page);
        return page.ToString();
    }

    private static void AppendOptions(StringBuilder page)
    {
        page.Append("\n## Options, keys and variables\n\n");
        page.Append(
            "An option `--key` is the key `key` of a settings file and of its table `pip`, unless it belongs to a single run.\n\n"
        );
        page.Append("| key | value | variables | meaning |\n| --- | --- | --- | --- |\n");
        foreach (
            var group in Shown()
                .GroupBy(option => option.Name, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            var option = group.OrderByDescending(one => one.Choices.Length).First();
            var variables = string.Join(", ", OptionVariables.NamesOf(option).Select(name => $"`{name}`"));
            page.Append("| `")
                .Append(option.Name)
                .Append("` | ")
                .Append(ValueOf(option))
                .Append(" | ")
                .Append(variables);
            page.Append(" | ").Append(Escape(option.Help)).Append(" |\n");
        }
    }

    private static IEnumerable<Option> Shown() =>
        new SettingsKeys(CommandTable.All).Options.Where(option =>
            option.Refused is null
            && option.Ignored is null
            && (
                !option.IsHidden
                || option.Variable is not null
                || option == GlobalOptions.HttpProxy
                || option == GlobalOptions.HttpsProxy
                || option == GlobalOptions.NoProxy
            )
            && option != GlobalOptions.Help
            && option != GlobalOptions.Version
        );

    private static string ValueOf(Option option) =>
        option.Kind switch
        {
            OptionKind.Flag => "`true`, `false`",
            OptionKind.Count => "command line only",
            _ when option.Choices.Length is > 0 and <= 6 => string.Join(
                ", ",
                option.Choices.Select(choice => $"`\"{choice}\"`")
            ),
            OptionKind.Values => "a list of strings",
            _ => option.ValueName is "N" or "SECONDS" ? "a number" : "a string",
        };

    private static void AppendKeys(StringBuilder page)
    {
        page.Append("\n## Keys without an option\n\n| key | value | meaning |\n| --- | --- | --- |\n");
        foreach (var (key, shape) in SettingsKeys.Structured.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            page.Append("| `")
                .Append(key)
                .Append("` | ")
                .Append(shape.Expected)
                .Append(" | ")
                .Append(Meanings[key])
                .Append(" |\n");
        }

        page.Append("\nThese keys of uv are accepted and have no effect: ");
        page.AppendJoin(", ", SettingsKeys.OfUv.Order(StringComparer.Ordinal).Select(key => $"`{key}`")).Append(".\n");
    }

    private static void AppendVariables(StringBuilder page)
    {
        page.Append("\n## Variables without an option\n\n| variable | meaning |\n| --- | --- |\n");
        foreach (var (name, meaning) in Plain)
        {
            page.Append("| ")
                .AppendJoin(", ", name.Split(", ").Select(one => $"`{one}`"))
                .Append(" | ")
                .Append(meaning)
                .Append(" |\n");
        }
    }

    private static void AppendPip(StringBuilder page)
    {
        var options = PipInstallCommand
            .Command.Options()
            .AddRange(GlobalOptions.All)
            .AddRange(PipListCommand.Command.Options());
        page.Append(
            "\n## Settings of pip\n\nThese keys of `pip.conf`, and the variables `PIP_…` of the same names, are read by `krait pip`:\n\n"
        );
        page.Append("| key | option |\n| --- | --- |\n");
        foreach (var name in PipSettings.Names)
        {
            if (SettingsTable.Find(options, name) is not var (option, _))
                throw new InvalidOperationException($"`{name}` is not an option of any command");
            var answer = option.Refused is null ? $"`--{option.Name}`" : "has no effect, with a warning";
            page.Append("| `").Append(name).Append("` | ").Append(answer).Append(" |\n");
        }
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
