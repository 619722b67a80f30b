using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Platform.Files;

namespace Krait.Cli.Settings;

/// <summary>Where pip's own files of settings are, by kind, each overriding those before it.</summary>
internal sealed record PipFiles
{
    /// <summary>The machine's.</summary>
    public required ImmutableArray<string> Global { get; init; }

    /// <summary>The user's; none where `--isolated` or `PIP_CONFIG_FILE` shuts them out.</summary>
    public required ImmutableArray<string> User { get; init; }

    /// <summary>That of the active environment.</summary>
    public required ImmutableArray<string> Site { get; init; }

    /// <summary>What `PIP_CONFIG_FILE` names, whether it is there or not.</summary>
    public string? Named { get; init; }

    /// <summary>Whether no file is read (`PIP_CONFIG_FILE=/dev/null`).</summary>
    public bool AreOff => Named is "/dev/null";

    /// <summary>The files that are read.</summary>
    public ImmutableArray<string> Read =>
        AreOff ? []
        : Named is { } named && FileStatus.Exists(named, followLinks: true) ? [.. Global, .. User, .. Site, named]
        : [.. Global, .. User, .. Site];

    /// <summary>Finds them.</summary>
    public static PipFiles Of(KraitContext context, ParsedArguments arguments)
    {
        var variables = context.Variables;
        var isIsolated = arguments.IsOn(GlobalOptions.Isolated);
        var named =
            !isIsolated && variables.GetValueOrDefault("PIP_CONFIG_FILE") is { Length: > 0 } text
                ? Path.GetFullPath(text, context.WorkingFolder)
                : null;
        var hasUser = !isIsolated && (named is null || !FileStatus.Exists(named, followLinks: true));
        return new PipFiles
        {
            Global =
            [
                .. SettingsPlaces
                    .SystemFolders(variables)
                    .Select(folder => folder is "/etc" ? "/etc/pip.conf" : Path.Join(folder, "pip", "pip.conf")),
            ],
            User = hasUser ? [.. UserFiles(variables)] : [],
            Site = variables.GetValueOrDefault("VIRTUAL_ENV") is { Length: > 0 } environment
                ? [Path.Join(Path.GetFullPath(environment, context.WorkingFolder), "pip.conf")]
                : [],
            Named = named,
        };
    }

    private static IEnumerable<string> UserFiles(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.GetValueOrDefault("HOME") is ['/', ..] home)
            yield return Path.Join(home, ".pip", "pip.conf");
        if (SettingsPlaces.UserFolder(variables) is { } user)
            yield return Path.Join(user, "pip", "pip.conf");
    }
}
