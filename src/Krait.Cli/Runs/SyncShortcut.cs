using System.Globalization;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Settings;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Metadata;
using Krait.Projects.Operations;
using Krait.Projects.Remembering;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>
/// Answers a sync that has nothing to do before anything is parsed, probed or opened. Whatever is not sure takes the long way.
/// </summary>
internal static class SyncShortcut
{
    private static readonly string[] Deciding = ["pyproject.toml", "setup.py", "setup.cfg"];

    private static readonly Option[] Renewing =
    [
        PipOptions.Upgrade,
        PipOptions.UpgradePackage,
        PipOptions.UpgradeGroup,
        PipOptions.Reinstall,
        PipOptions.ReinstallPackage,
        PipOptions.Refresh,
        PipOptions.RefreshPackage,
        PipOptions.DryRun,
        PipOptions.OutputFormat,
        ProjectOptions.Active,
        ProjectOptions.Script,
    ];

    /// <summary>Whether the environment is known to be what the command asks for.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="packages">How many packages it has.</param>
    public static bool Holds(KraitContext context, ParsedArguments arguments, out int packages)
    {
        packages = 0;
        if (Array.Exists(Renewing, arguments.WasGiven) || FindManifest(context, arguments) is not { } manifest)
            return false;
        var request = RequestOf(context, arguments, manifest);
        for (var folder = Path.GetDirectoryName(manifest); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (PlaceOf(context, folder) is { } place && SyncMemory.Holds(place, request, out packages))
                return true;
        }

        return false;
    }

    /// <summary>Remembers that the environment is what the command asked for.</summary>
    public static void Remember(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        ProjectSyncOutcome.Done done,
        PythonEnvironment environment,
        long began
    )
    {
        if (
            Array.Exists(Renewing, arguments.WasGiven)
            || FindManifest(context, arguments) is not { } manifest
            || !IsPlaceOf(context, workspace, environment.Root)
            || done.Lock.Lock.Pylock.Packages.Any(IsBuiltFromHere)
        )
        {
            return;
        }

        var read = workspace
            .Members.Prepend(workspace.Root)
            .SelectMany(member => Deciding.Select(name => Path.Join(member.Folder, name)))
            .Concat(LocalFolders(workspace, done))
            .Concat(SettingsFiles(context, workspace))
            .Concat(Parents(workspace));
        var layout = environment.Layout;
        string[] written =
        [
            workspace.LockFile,
            // A new member in the root itself; what the sync writes there changes it, too.
            .. workspace.Settings.Workspace is null ? Array.Empty<string>() : [workspace.Folder],
            Path.Join(environment.Root, VenvConfiguration.FileName),
            Path.Join(layout.Scripts, "python"),
            layout.Scripts,
            .. SyncMemory.FoldersIn(layout.SitePackages),
            .. SyncMemory.FoldersIn(layout.PlatformSitePackages),
            .. Modules(environment),
        ];
        var count = done.Change.Wheels.Length;
        SyncMemory.Write(environment.Root, RequestOf(context, arguments, manifest), count, read, written, began);
    }

    /// <summary>The time as file systems tell it.</summary>
    public static long Now(KraitContext context) => (context.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string? FindManifest(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.WasGiven(ProjectOptions.Project))
            return null;
        for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var file = Path.Join(folder, WorkspaceFinder.ManifestName);
            if (Platform.Files.FileStatus.TryRead(file, followLinks: true, out _) == Platform.Files.FileError.None)
                return file;
        }

        return null;
    }

    private static bool IsPlaceOf(KraitContext context, Workspace workspace, string root)
    {
        var folder = workspace.Settings.HasIsolatedMembers ? workspace.Current.Folder : workspace.Folder;
        return string.Equals(PlaceOf(context, folder), root, StringComparison.Ordinal);
    }

    private static string? PlaceOf(KraitContext context, string folder)
    {
        var named = context.Variables.GetValueOrDefault(EnvironmentPlace.Variable) is { Length: > 0 } text
            ? text
            : ".venv";
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, folder));
    }

    /// <summary>What was asked for: the options, the variables that are options, our version, and where.</summary>
    private static string RequestOf(KraitContext context, ParsedArguments arguments, string manifest)
    {
        var text = new StringBuilder(ProductVersion.Line).Append('\n').Append(manifest).Append('\n');
        text.Append(context.WorkingFolder).Append('\n').Append(arguments.Command.Path).Append('\n');
        foreach (var use in arguments.Typed)
            text.Append(CultureInfo.InvariantCulture, $"{use.Option.Name} {use.IsOpposite} {use.Value}\n");
        var variables = context.Variables.Where(pair =>
            pair.Key.StartsWith("KRAIT_", StringComparison.Ordinal)
            || pair.Key.StartsWith("UV_", StringComparison.Ordinal)
            || pair.Key is "PATH" or "VIRTUAL_ENV" or "HOME" or "XDG_CONFIG_HOME"
        );
        foreach (var (key, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(key).Append('=').Append(value).Append('\n');
        return text.ToString();
    }

    /// <summary>A local package that is no editable install may have changed in any of its files.</summary>
    private static bool IsBuiltFromHere(PylockPackage package) =>
        package is { Directory: { IsEditable: not true } } or { Archive.Path: not null };

    /// <summary>The installed files, where they are few enough to be looked at each time: an edited one is noticed then.</summary>
    private static List<string> Modules(PythonEnvironment environment)
    {
        const int Most = 3000;
        var files = new List<string>();
        foreach (var distribution in InstalledDistributions.Read(environment).All)
        {
            if (!RecordFile.TryParse(distribution.ReadRecord(), out var entries, out _, out _))
                continue;
            files.AddRange(
                entries
                    .Where(entry => entry.Hash is not null)
                    .Select(entry => Path.GetFullPath(entry.Path, distribution.Location))
            );
            if (files.Count > Most)
                return [];
        }

        return files;
    }

    private static IEnumerable<string> LocalFolders(Workspace workspace, ProjectSyncOutcome.Done done) =>
        done
            .Lock.Lock.Pylock.Packages.Select(package => package.Directory?.Path)
            .OfType<string>()
            .SelectMany(path => Deciding.Select(name => Path.Join(Path.GetFullPath(path, workspace.Folder), name)));

    private static IEnumerable<string> SettingsFiles(KraitContext context, Workspace workspace)
    {
        foreach (var folder in new[] { workspace.Folder, workspace.Current.Folder, context.WorkingFolder })
        {
            foreach (var name in (string[])["krait.toml", "uv.toml", ".python-version", ".python-versions"])
                yield return Path.Join(folder, name);
        }

        if (SettingsPlaces.UserFolder(context.Variables) is { } user)
            yield return Path.Join(user, "krait", "krait.toml");
        foreach (var folder in SettingsPlaces.SystemFolders(context.Variables))
            yield return Path.Join(folder, "krait", "krait.toml");
    }

    /// <summary>The directories in which members lie: another one changes them.</summary>
    private static IEnumerable<string> Parents(Workspace workspace) =>
        workspace.Settings.Workspace is null
            ? []
            : workspace
                .Members.Where(member => !ReferenceEquals(member, workspace.Root))
                .Select(member => Path.GetDirectoryName(member.Folder))
                .OfType<string>()
                .Where(folder => !string.Equals(folder, workspace.Folder, StringComparison.Ordinal));
}
