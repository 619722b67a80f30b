using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Server.Storage;

/// <summary>
/// The files that were removed from a namespace in a directory, read from all references once and kept up to date from then on. Changes may
/// be noted while the references are being read: what was saved counts.
/// </summary>
internal sealed class RemovalIndex
{
    private readonly Dictionary<PackageName, ImmutableArray<RemovedFile>> known = [];
    private readonly Lock gate = new();

    /// <summary>Notes a state that was read: most projects have lost nothing, and are not remembered.</summary>
    public void NoteRead(PackageName project, ProjectState state)
    {
        var removed = RemovedFile.Of(project, state).ToImmutableArray();
        lock (gate)
        {
            if (!removed.IsEmpty && !known.ContainsKey(project))
                known[project] = removed;
        }
    }

    /// <summary>Notes a state that was just saved: what is read afterwards may be older.</summary>
    public void NoteSaved(PackageName project, ProjectState state)
    {
        var removed = RemovedFile.Of(project, state).ToImmutableArray();
        lock (gate)
            known[project] = removed;
    }

    /// <summary>The files that were removed at a time or later, in order.</summary>
    public List<RemovedFile> Since(DateTimeOffset since, int most)
    {
        lock (gate)
        {
            var files = known.Values.SelectMany(files => files).Where(file => file.Removed >= since);
            return RemovedFile.First(files, most);
        }
    }
}
