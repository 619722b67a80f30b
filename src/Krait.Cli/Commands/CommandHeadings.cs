using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>The headings under which the list of all commands shows them.</summary>
internal static class CommandHeadings
{
    private const string Projects = "Projects";
    private const string Packages = "Packages, as in pip and pip-tools";
    private const string Environments = "Environments";
    private const string Health = "Health";
    private const string Offline = "Bundles and indexes";
    private const string Pipenv = "Projects with a Pipfile";
    private const string Krait = "Krait";

    /// <summary>All of them, in the order of the list.</summary>
    public static ImmutableArray<string> All { get; } =
    [Projects, Packages, Environments, Health, Offline, Pipenv, Krait];

    /// <summary>The heading of a command.</summary>
    public static string Of(Command command) =>
        command.Path.Split(' ')[0] switch
        {
            "pip" => Packages,
            "venv" or "venv-update" => Environments,
            "smoke" or "inventory" or "pins" or "doctor" or "drift" or "bisect" => Health,
            "bundle" or "serve" => Offline,
            "pipenv" => Pipenv,
            "cache" or "shims" or "generate-shell-completion" or "help" => Krait,
            _ => Projects,
        };
}
