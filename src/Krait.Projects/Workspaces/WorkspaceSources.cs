using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;

namespace Krait.Projects.Workspaces;

/// <summary>Finds the workspaces of projects that are named by their directories; each is read once.</summary>
public sealed class WorkspaceSources : IWorkspaceSources
{
    private readonly ConcurrentDictionary<string, Workspace?> known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? FindMember(string folder, PackageName name) => WorkspaceOf(folder)?.Find(name)?.Folder;

    /// <inheritdoc/>
    public ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> InheritedBy(string folder) =>
        WorkspaceOf(folder) is { } workspace
        && !string.Equals(workspace.Folder, Path.TrimEndingDirectorySeparator(folder), StringComparison.Ordinal)
            ? WithoutIndexes(workspace.Settings.Resolving.Sources)
            : ImmutableDictionary<PackageName, ImmutableArray<StatedSource>>.Empty;

    /// <summary>Which index a package comes from is up to the person who installs it.</summary>
    private static ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> WithoutIndexes(
        ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> sources
    ) =>
        sources
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.RemoveAll(source => source.Index is not null)))
            .Where(pair => !pair.Value.IsEmpty)
            .ToImmutableDictionary();

    private Workspace? WorkspaceOf(string folder) =>
        known.GetOrAdd(Path.TrimEndingDirectorySeparator(folder), static folder => TryFind(folder));

    /// <summary>
    /// A workspace that cannot be read is none: the project may be meant to stand alone. So is one that the directory only lies in.
    /// </summary>
    private static Workspace? TryFind(string folder)
    {
        try
        {
            var found = new WorkspaceFinder(folder).TryFind(folder);
            return string.Equals(found?.Current.Folder, folder, StringComparison.Ordinal) ? found : null;
        }
        catch (KraitException)
        {
            return null;
        }
    }
}
