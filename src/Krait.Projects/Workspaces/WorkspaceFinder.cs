using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>
/// Finds the project that a directory is in, and its workspace: the nearest `pyproject.toml` upwards, and the nearest above it that names it
/// as a member.
/// </summary>
/// <param name="workingFolder">The directory that messages show paths from.</param>
public sealed class WorkspaceFinder(string workingFolder)
{
    /// <summary>The name of manifests.</summary>
    public const string ManifestName = "pyproject.toml";

    private readonly Dictionary<string, Project> known = new(StringComparer.Ordinal);

    /// <summary>Texts of manifests that take the place of the files', by absolute path: what a change would make of them.</summary>
    public IReadOnlyDictionary<string, string> Replaced { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Finds the workspace of a directory.</summary>
    /// <param name="folder">Where the search starts.</param>
    /// <exception cref="KraitException">There is no project, or a manifest cannot be used (unusable input).</exception>
    public Workspace Find(string folder) =>
        TryFind(folder)
        ?? throw Unusable(
            new Diagnostic("no-project", $"no `{ManifestName}` found in `{folder}` or in any directory above it")
            {
                Hints = [$"Create a project with {Control.Initialize}"],
            }
        );

    /// <summary>Finds the workspace of a directory; null where no directory upwards has a manifest that describes one.</summary>
    /// <param name="folder">Where the search starts.</param>
    /// <exception cref="KraitException">A manifest cannot be used (unusable input).</exception>
    public Workspace? TryFind(string folder)
    {
        if (FindNearest(folder) is not { } file)
            return null;
        var project = Read(file);
        RefuseUnmanaged(project);
        if (project.Settings.Workspace is not null)
            return Open(project, project);
        if (FindRootAbove(project) is { } root)
            return Open(root, project);
        RefuseEmpty(project);
        return new Workspace(project, project.Manifest.HasProjectTable ? [project] : [], project);
    }

    /// <summary>The root of the workspace that the project of a directory is a member of; null where it is none, or cannot be read.</summary>
    /// <param name="folder">A directory with a manifest.</param>
    public static string? FindRootOf(string folder)
    {
        try
        {
            var finder = new WorkspaceFinder(folder);
            // Every command asks this when it looks for its settings: without a workspace above, nothing needs to be parsed.
            if (!finder.PossibleRootsAbove(folder).Any())
                return null;
            var project = finder.Read(Path.Join(folder, ManifestName));
            return project.Settings.Workspace is null ? finder.FindRootAbove(project)?.Folder : null;
        }
        catch (KraitException)
        {
            // Whoever needs the manifest says what is wrong with it.
            return null;
        }
    }

    /// <summary>Reads one manifest.</summary>
    /// <param name="file">Its absolute path.</param>
    /// <exception cref="KraitException">It cannot be used (unusable input).</exception>
    public Project Read(string file)
    {
        if (known.TryGetValue(file, out var project))
            return project;
        if (!Replaced.TryGetValue(file, out var text))
        {
            var error = PlainFile.TryRead(file, out text);
            if (error != FileError.None)
                throw Unusable(new FileSystemException("read", file, error).Diagnostic);
        }

        if (!ProjectReader.TryRead(text, file, Shown(file), out project, out var errors))
            throw Unusable(Joined(errors));
        known.Add(file, project);
        return project;
    }

    /// <summary>The first error, with the others as notes.</summary>
    private static Diagnostic Joined(ImmutableArray<Diagnostic> errors)
    {
        var others = errors
            .Skip(1)
            .Select(error => error.Line > 0 ? $"line {error.Line}: {error.Message}" : error.Message);
        return errors[0] with { Notes = [.. errors[0].Notes, .. others] };
    }

    private bool Exists(string file) => Replaced.ContainsKey(file) || FileStatus.Exists(file, followLinks: true);

    private string? FindNearest(string folder)
    {
        for (var next = folder; next is not null; next = Path.GetDirectoryName(next))
        {
            var file = Path.Join(next, ManifestName);
            if (Exists(file))
                return file;
        }

        return null;
    }

    /// <summary>The root of the workspace that a project belongs to; null where it stands alone.</summary>
    private Project? FindRootAbove(Project project)
    {
        foreach (var file in PossibleRootsAbove(project.Folder))
        {
            var candidate = Read(file);
            if (candidate.Settings is not { Workspace: { } table, IsManaged: true })
                continue;
            var folder = candidate.Folder;
            var isMember =
                table.Members.Any(pattern => new PathPattern(pattern).Matches(folder, project.Folder))
                && !IsExcluded(table, folder, project.Folder);
            return isMember ? candidate : null;
        }

        return null;
    }

    /// <summary>The manifests above a directory that may be those of workspaces, the nearest first.</summary>
    private IEnumerable<string> PossibleRootsAbove(string folder)
    {
        for (var above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
        {
            var file = Path.Join(above, ManifestName);
            if (Exists(file) && MentionsWorkspace(file))
                yield return file;
        }
    }

    /// <summary>A manifest somewhere above that is no workspace need not be one that we can read.</summary>
    private bool MentionsWorkspace(string file) =>
        (Replaced.TryGetValue(file, out var text) || PlainFile.TryRead(file, out text) == FileError.None)
        && text.Contains("workspace", StringComparison.Ordinal);

    private static bool IsExcluded(WorkspaceTable table, string root, string folder) =>
        table.Exclude.Any(pattern => new PathPattern(pattern).Matches(root, folder));

    private Workspace Open(Project root, Project current)
    {
        var table = root.Settings.Workspace!; // that makes it a root
        var members = new List<Project>();
        if (root.Manifest.HasProjectTable)
            members.Add(root);
        var folders = table
            .Members.Select(text => new PathPattern(text))
            .SelectMany(pattern => pattern.Find(root.Folder).Select(folder => (Folder: folder, Pattern: pattern)))
            .DistinctBy(found => found.Folder, StringComparer.Ordinal)
            .OrderBy(found => found.Folder, StringComparer.Ordinal);
        foreach (var (folder, pattern) in folders)
        {
            if (string.Equals(folder, root.Folder, StringComparison.Ordinal) || IsExcluded(table, root.Folder, folder))
                continue;
            if (ReadMember(root, folder, pattern) is { } member)
                members.Add(member);
        }

        RefuseSameNames(root, members);
        var own = members.Find(member => string.Equals(member.File, current.File, StringComparison.Ordinal));
        return new Workspace(root, [.. members], own ?? root);
    }

    private Project? ReadMember(Project root, string folder, PathPattern pattern)
    {
        var file = Path.Join(folder, ManifestName);
        if (!Exists(file))
        {
            if (!pattern.IsLiteral && (!FolderTree.IsFolder(folder) || IsLeftover(folder)))
                return null;
            var relative = Path.GetRelativePath(root.Folder, folder);
            throw Unusable(
                new Diagnostic("missing-member", $"the workspace member `{relative}` has no `{ManifestName}`")
                {
                    Notes = [$"`members` of the workspace has `{pattern.Text}`"],
                    Hints = [$"Create `{relative}/{ManifestName}`, or take the directory out of `members`"],
                }.In(root.ShownFile)
            );
        }

        var member = Read(file);
        if (!member.Settings.IsManaged)
            return null;
        if (!member.Manifest.HasProjectTable)
        {
            throw Unusable(
                new Diagnostic("invalid-member", "a workspace member needs a `[project]` table").In(member.ShownFile)
            );
        }

        if (member.Settings.Workspace is not null)
        {
            throw Unusable(
                new Diagnostic("nested-workspace", $"the workspace member `{member.Label}` is a workspace itself")
                {
                    Hints = ["List its members in the outer workspace, or exclude it there"],
                }.In(member.ShownFile)
            );
        }

        return member;
    }

    /// <summary>Whether nothing is in a directory but what tools leave behind, such as compiled modules of a deleted member.</summary>
    private static bool IsLeftover(string folder) =>
        DirectoryHandle
            .ListAt(folder)
            .All(entry => entry.Name.StartsWith('.') || entry.Name is "__pycache__" or "build" or "dist");

    private static void RefuseSameNames(Project root, List<Project> members)
    {
        var twice = members.GroupBy(member => member.Name).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is null)
            return;
        throw Unusable(
            new Diagnostic("same-member", $"two workspace members are called `{twice.Key}`")
            {
                Notes = [.. twice.Select(member => $"`{Path.GetRelativePath(root.Folder, member.Folder)}`")],
                Hints = ["Give one of them another name"],
            }.In(root.ShownFile)
        );
    }

    private static void RefuseUnmanaged(Project project)
    {
        if (project.Settings.IsManaged)
            return;
        throw Unusable(
            new Diagnostic("unmanaged-project", $"`{project.Label}` is marked as not managed")
            {
                Hints = [$"Remove `managed = false` from `[{project.Settings.TableName}]`"],
            }.In(project.ShownFile)
        );
    }

    private static void RefuseEmpty(Project project)
    {
        if (
            project.Manifest.HasProjectTable
            || project.Settings.Table is not null
            || !project.Manifest.Groups.Names.IsEmpty
        )
        {
            return;
        }

        throw Unusable(
            new Diagnostic("no-project-table", "the file has neither a `[project]` table nor dependency groups")
            {
                Hints = [$"Add `[project]` with `name` and `version`, or create a project with {Control.Initialize}"],
            }.In(project.ShownFile)
        );
    }

    private string Shown(string file)
    {
        var relative = Path.GetRelativePath(workingFolder, file);
        return relative.StartsWith("../../..", StringComparison.Ordinal) ? file : relative;
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
