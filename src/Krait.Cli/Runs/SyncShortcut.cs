using Krait.Cli.Parsing;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Metadata;
using Krait.Projects.Operations;
using Krait.Projects.Remembering;
using Krait.Projects.Running;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>Answers a sync that has nothing to do; what is known of an environment lies in it.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="HasTasks">Whether the project defines tasks.</param>
internal sealed record SyncShortcut(string Environment, bool HasTasks)
{
    private const string FileName = ".krait-synced";

    /// <summary>The environment that is known to be what the command asks for; null where there is none.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="isInexact">Whether it may hold more.</param>
    public static SyncShortcut? Find(KraitContext context, ParsedArguments arguments, bool isInexact)
    {
        if (ShortcutRequest.FindManifest(context, arguments) is not { } manifest)
            return null;
        string? request = null;
        for (var folder = Path.GetDirectoryName(manifest); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var place = PlaceOf(context, folder);
            var file = Path.Join(place, FileName);
            if (!Platform.Files.FileStatus.Exists(file, followLinks: false))
                continue;
            request ??= ShortcutRequest.TextOf(context, arguments, manifest);
            if (
                new WorkMemory(file).Holds(request, out var note)
                && note.Split(' ') is [var exactness, var tasks]
                && (isInexact || exactness is "exact")
            )
            {
                return new SyncShortcut(place, tasks is not "plain");
            }
        }

        return null;
    }

    /// <summary>Remembers that the environment is what the command asked for.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="done">What the sync did.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="isInexact">Whether it may hold more than the command asked for.</param>
    /// <param name="began">When the sync began.</param>
    public static void Remember(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        ProjectSyncOutcome.Done done,
        PythonEnvironment environment,
        bool isInexact,
        long began
    )
    {
        if (
            ShortcutRequest.FindManifest(context, arguments) is not { } manifest
            || !IsPlaceOf(context, workspace, environment.Root)
            || ShortcutRequest.DecidingFiles(context, workspace, done.Lock.Lock.Pylock) is not { } read
        )
        {
            return;
        }

        var hasTasks = TaskTable.IsStatedIn(workspace);
        var layout = environment.Layout;
        string[] written =
        [
            workspace.LockFile,
            // A new member in the root itself; what the sync writes there changes it, too.
            .. workspace.Settings.Workspace is null ? Array.Empty<string>() : [workspace.Folder],
            Path.Join(environment.Root, VenvConfiguration.FileName),
            Path.Join(layout.Scripts, "python"),
            layout.Scripts,
            .. WorkMemory.FoldersIn(layout.SitePackages),
            .. WorkMemory.FoldersIn(layout.PlatformSitePackages),
            .. Modules(environment),
        ];
        new WorkMemory(Path.Join(environment.Root, FileName)).Write(
            ShortcutRequest.TextOf(context, arguments, manifest),
            $"{(isInexact ? "inexact" : "exact")} {(hasTasks ? "tasks" : "plain")}",
            read,
            written,
            began
        );
    }

    private static bool IsPlaceOf(KraitContext context, Workspace workspace, string root)
    {
        var folder = workspace.Settings.HasIsolatedMembers ? workspace.Current.Folder : workspace.Folder;
        return string.Equals(PlaceOf(context, folder), root, StringComparison.Ordinal);
    }

    private static string PlaceOf(KraitContext context, string folder)
    {
        var named = context.Variables.GetValueOrDefault(EnvironmentPlace.Variable) is { Length: > 0 } text
            ? text
            : ".venv";
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, folder));
    }

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
}
