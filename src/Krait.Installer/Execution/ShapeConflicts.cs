using System.Text;
using Krait.Installer.Wheels;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// Finds a path that is a file in one wheel of a plan and a folder in another. That is read from the manifests, so that the answer
/// does not depend on which wheel was linked first; the files are only gone through where linking ran into something, or where two
/// parts of wheels share a folder, which linking does not notice.
/// </summary>
internal sealed class ShapeConflicts(IReadOnlyList<StagedWheel> wheels, StageArea stage)
{
    private const int ScriptsPart = 2;
    private readonly Dictionary<string, int> folders = new(StringComparer.Ordinal);

    /// <summary>Whether files of two parts meet in one folder: data in the folder of programs, or anything in a `--target`.</summary>
    public bool HasOverlaps()
    {
        var used = wheels.SelectMany(PartsOf).ToHashSet();
        var within = Enumerable.Range(0, stage.Targets.Length).Select(outer => PartsWithin(outer, used)).ToArray();
        foreach (var wheel in wheels.Select(w => w.Wheel))
        {
            for (var folder = 0; folder < wheel.Manifest.FolderCount; folder++)
            {
                var inner = within[PartOf(wheel, folder)];
                if (inner.Length > 0 && PathOf(wheel, folder) is var path && inner.Any(p => IsBelow(p, path)))
                    return true;
            }
        }

        return false;
    }

    /// <summary>Refuses a plan with such a path.</summary>
    /// <exception cref="KraitException">There is one; the first in the order of paths is named, with both wheels.</exception>
    public void Refuse()
    {
        folders.Clear();
        for (var wheel = 0; wheel < wheels.Count; wheel++)
            NoteFolders(wheel);
        (string Path, int File, int Folder)? first = null;
        for (var wheel = 0; wheel < wheels.Count; wheel++)
        {
            foreach (var path in FilesOf(wheels[wheel].Wheel).Where(folders.ContainsKey))
            {
                if (first is null || string.CompareOrdinal(path, first.Value.Path) < 0)
                    first = (path, wheel, folders[path]);
            }
        }

        if (first is not { } found)
            return;
        throw new KraitException(
            FileConflict.Of(
                $"`{found.Path}` is a file in `{wheels[found.File].Wheel}` and a folder in `{wheels[found.Folder].Wheel}`"
            ) with
            {
                Notes = ["the two cannot be installed together", "the environment is unchanged"],
            }
        );
    }

    private int PartOf(StoredWheel wheel, int folder) =>
        stage.IndexOf(wheel.Manifest.Folder(folder).Scheme, wheel.Manifest.Facts.IsPure);

    private IEnumerable<int> PartsOf(StagedWheel staged)
    {
        for (var folder = 0; folder < staged.Wheel.Manifest.FolderCount; folder++)
            yield return PartOf(staged.Wheel, folder);
        if (!staged.Wheel.Scripts.IsEmpty)
            yield return ScriptsPart;
    }

    /// <summary>The other parts whose place lies in the place of one, or is the same.</summary>
    private int[] PartsWithin(int outer, IEnumerable<int> used) =>
        [.. used.Where(p => p != outer && IsBelow(outer, stage.Targets[p]))];

    private bool IsBelow(int part, string path) => ContainedPath.Contains(stage.Targets[part], path);

    private string PathOf(StoredWheel wheel, int folder) =>
        Path.Join(stage.Targets[PartOf(wheel, folder)], wheel.TargetOf(folder)).TrimEnd('/');

    /// <summary>Notes the folders of a wheel, with the places of its parts; the first wheel of a plan that has one stands for all.</summary>
    private void NoteFolders(int index)
    {
        foreach (var part in PartsOf(wheels[index]).Distinct())
            folders.TryAdd(stage.Targets[part], index);
        var wheel = wheels[index].Wheel;
        for (var folder = 0; folder < wheel.Manifest.FolderCount; folder++)
        {
            var path = PathOf(wheel, folder);
            folders.TryAdd(path, index);
            // Headers have a folder above those that the manifest lists.
            if (wheel.Manifest.Folder(folder).Scheme == WheelScheme.Headers && Path.GetDirectoryName(path) is { } above)
                folders.TryAdd(above, index);
        }
    }

    private IEnumerable<string> FilesOf(StoredWheel wheel)
    {
        var file = 0;
        for (var folder = 0; folder < wheel.Manifest.FolderCount; folder++)
        {
            var path = PathOf(wheel, folder);
            for (var end = file + wheel.Manifest.FilesIn(folder); file < end; file++)
                yield return Path.Join(path, Encoding.UTF8.GetString(wheel.Manifest.FileName(file).Span[..^1]));
        }

        foreach (var script in wheel.Scripts)
            yield return Path.Join(stage.Targets[ScriptsPart], script.Name);
    }
}
