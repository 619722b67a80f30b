using System.Globalization;
using System.Text;
using Krait.Build.Editables;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Lockfiles;
using Krait.Platform.Files;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>
/// What a command on a project asks for, and what its answer depends on, for those that answer before anything is parsed, probed or opened.
/// Whatever is not sure takes the long way.
/// </summary>
internal static class ShortcutRequest
{
    /// <summary>Options that want something to be done again, or told, whatever is known.</summary>
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

    /// <summary>
    /// Options that change neither the lock nor what the environment has to hold. Every other one counts: a new option that is forgotten here
    /// costs time, nothing else.
    /// </summary>
    private static readonly string[] Neutral =
    [
        "check",
        "exact",
        "inexact",
        "no-hooks",
        "module",
        "script",
        "gui-script",
        "with",
        "with-editable",
        "with-requirements",
        "env-file",
        "no-env-file",
    ];

    /// <summary>The manifest of the project that a command works on; null where it may not be answered from memory.</summary>
    /// <exception cref="UsageException">The directory of `--project` does not exist.</exception>
    public static string? FindManifest(KraitContext context, ParsedArguments arguments)
    {
        if (context.Terminal.Verbosity >= Verbosity.Verbose || Array.Exists(Renewing, arguments.WasGiven))
            return null;
        var start = ProjectAccess.StartFolder(context, arguments);
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var file = Path.Join(folder, WorkspaceFinder.ManifestName);
            if (FileStatus.Exists(file, followLinks: true))
                return file;
        }

        return null;
    }

    /// <summary>The request as text: options, variables that are options, settings, the version of Krait, and the directories.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="manifest">The manifest of the project.</param>
    public static string TextOf(KraitContext context, ParsedArguments arguments, string manifest)
    {
        var text = new StringBuilder(ProductVersion.Line).Append('\n').Append(manifest).Append('\n');
        text.Append(context.WorkingFolder).Append('\n');
        foreach (var use in arguments.Typed)
        {
            if (!Neutral.Contains(use.Option.Name, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"{use.Option.Name} {use.IsOpposite} {use.Value}\n");
        }

        foreach (var (file, settings) in arguments.Settings)
            text.Append(file).Append('\n').Append(settings).Append('\n');

        var variables = context.Variables.Where(pair =>
            pair.Key.StartsWith("KRAIT_", StringComparison.Ordinal)
            || pair.Key.StartsWith("UV_", StringComparison.Ordinal)
            || pair.Key is "PATH" or "VIRTUAL_ENV" or "HOME" or "XDG_CONFIG_HOME"
        );
        foreach (var (key, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(key).Append('=').Append(value).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// The files that decide what is locked, some of which may be missing; null where something else takes part: code that is run, files of
    /// a project, the state of a repository.
    /// </summary>
    public static List<string>? DecidingFiles(KraitContext context, Workspace workspace, Pylock pylock)
    {
        if (pylock.Packages.Any(IsBuiltFromHere))
            return null;
        var projects = workspace
            .Members.Where(member => member.Manifest.HasProjectTable)
            .Select(member => member.Folder)
            .Concat(
                pylock
                    .Packages.Select(package => package.Directory?.Path)
                    .OfType<string>()
                    .Select(path => Path.GetFullPath(path, workspace.Folder))
            )
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (!projects.TrueForAll(FolderStamp.IsUsual))
            return null;
        return
        [
            .. projects
                .Append(workspace.Folder)
                .SelectMany(folder => FolderStamp.UsualFiles.Select(name => Path.Join(folder, name))),
            // That there is one counts, not what is in it.
            .. projects.Select(folder => Path.Join(folder, "src")).Where(path => !FolderTree.IsFolder(path)),
            .. PythonVersionFiles(context, workspace),
            .. Parents(workspace),
        ];
    }

    /// <summary>A local package that is no editable install may have changed in any of its files.</summary>
    private static bool IsBuiltFromHere(PylockPackage package) =>
        package is { Directory: { IsEditable: not true } } or { Archive.Path: not null };

    private static IEnumerable<string> PythonVersionFiles(KraitContext context, Workspace workspace)
    {
        foreach (var start in (string[])[workspace.Current.Folder, context.WorkingFolder])
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                yield return Path.Join(folder, ".python-version");
                yield return Path.Join(folder, ".python-versions");
            }
        }
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
