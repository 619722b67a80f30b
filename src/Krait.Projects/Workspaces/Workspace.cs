using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;

namespace Krait.Projects.Workspaces;

/// <summary>
/// Projects with one lock and one environment: a root and its members. A project by itself is a workspace of one; a root without a
/// `[project]` table (a virtual one) has groups, members and settings only.
/// </summary>
public sealed class Workspace
{
    internal Workspace(Project root, ImmutableArray<Project> members, Project current)
    {
        Root = root;
        Members = members;
        Current = current;
    }

    /// <summary>The manifest that decides: its settings hold for all members.</summary>
    public Project Root { get; }

    /// <summary>The projects, by directory, the root first where it is one.</summary>
    public ImmutableArray<Project> Members { get; }

    /// <summary>The project that the working directory is in: a member, or a virtual root.</summary>
    public Project Current { get; }

    /// <summary>The directory of the root, with the lock and the environment.</summary>
    public string Folder => Root.Folder;

    /// <summary>The lock file.</summary>
    public string LockFile =>
        Path.Join(Folder, Script is { } script ? ScriptWorkspace.LockName(script.Path) : "pylock.toml");

    /// <summary>The script that it stands for; null for a workspace of projects.</summary>
    public WorkspaceScript? Script { get; private init; }

    /// <summary>The same for a script.</summary>
    internal Workspace ForScript(string path, string shown, ScriptMetadata? metadata) =>
        new(Root, Members, Current) { Script = new WorkspaceScript(path, shown, metadata) };

    /// <summary>Whether the root is no project itself.</summary>
    public bool IsVirtual => !Root.Manifest.HasProjectTable;

    /// <summary>Whether there is more than the one project.</summary>
    public bool HasMembers => IsVirtual || Members.Length > 1;

    /// <summary>The settings that hold for the workspace: those of the root.</summary>
    public ManifestSettings Settings => Root.Settings;

    /// <summary>The member of a name; null where there is none.</summary>
    public Project? Find(PackageName name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>Whether a member is installed as a copy: a source says `{ workspace = true, editable = false }`.</summary>
    public bool IsCopied(Project member) => member.Name is { } name && Copied.Contains(name);

    private ImmutableHashSet<PackageName> Copied =>
        field ??= [
            .. Members
                .Prepend(Root)
                .SelectMany(project => project.Resolving.Sources)
                .Where(pair => pair.Value.Any(source => source is { Unsupported: "workspace", IsCopy: true }))
                .Select(pair => pair.Key),
        ];

    /// <summary>The same workspace with what backends say of its members.</summary>
    public Workspace With(IReadOnlyDictionary<Project, DescribedProject> described)
    {
        if (described.Count == 0)
            return this;
        Project Of(Project project) =>
            described.TryGetValue(project, out var found) ? project with { Described = found } : project;
        var members = Members.Select(member => (Old: member, New: Of(member))).ToList();
        Project Now(Project project) =>
            members.Find(pair => ReferenceEquals(pair.Old, project)) is { New: { } now } ? now : project;
        return new Workspace(Now(Root), [.. members.Select(pair => pair.New)], Now(Current));
    }

    /// <summary>A directory of the workspace as messages and locks write it: relative to the root, with `/`.</summary>
    public string RelativePathOf(string path)
    {
        var relative = Path.GetRelativePath(Folder, path).Replace('\\', '/');
        return relative.Length == 0 ? "." : relative;
    }

    /// <summary>
    /// The Python versions that all members support; null where none says it. A group with versions of its own does not narrow it.
    /// </summary>
    public SpecifierSet? RequiresPython
    {
        get
        {
            SpecifierSet? all = null;
            foreach (var specifiers in Members.Select(member => member.RequiresPython).OfType<SpecifierSet>())
                all = all is null ? specifiers : all.And(specifiers);
            return all;
        }
    }

    /// <summary>
    /// The settings that hold for the requirements of a project: where a package comes from is what the project says, else what the root says;
    /// all else is the root's.
    /// </summary>
    public ProjectSettings ResolvingOf(Project project)
    {
        var root = Settings.Resolving;
        if (ReferenceEquals(project, Root))
            return root;
        var own = project.Settings.Resolving;
        return root with
        {
            Sources = root.Sources.SetItems(own.Sources),
            // A source of a member may name an index that the member describes.
            Indexes =
            [
                .. own.Indexes,
                .. root.Indexes.Where(index =>
                    index.Name is null
                    || !own.Indexes.Any(o => string.Equals(o.Name, index.Name, StringComparison.Ordinal))
                ),
            ],
        };
    }
}

/// <summary>A script that is treated as a workspace.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Shown">What messages call it.</param>
/// <param name="Metadata">Its metadata; null where it has none.</param>
public sealed record WorkspaceScript(string Path, string Shown, ScriptMetadata? Metadata);
