using System.Text;
using Krait.Packaging.Text;

namespace Krait.Installer.Execution;

/// <summary>
/// Decides about files that several wheels of one plan bring under one name: equal bytes are fine, otherwise the last wheel in the
/// order of names wins whatever thread came first, and a warning names both.
/// </summary>
internal static class CollisionResolver
{
    /// <summary>Puts the right file in each contested place.</summary>
    public static List<Diagnostic> Resolve(
        IReadOnlyList<StagedWheel> wheels,
        IEnumerable<WheelLinker.Collision> collisions,
        StageArea stage,
        WheelLinker linker
    )
    {
        var warnings = new List<Diagnostic>();
        foreach (var path in collisions.Select(c => PathOf(wheels, c, stage)).Distinct().Order())
        {
            var owners = OwnersOf(wheels, path, stage);
            if (owners.Count == 0)
                continue;
            var winner = owners[^1];
            linker.Replace(wheels[winner.Wheel].Wheel, winner);
            var digest = DigestOf(wheels, winner);
            var different = owners.FindIndex(o => !DigestOf(wheels, o).AsSpan().SequenceEqual(digest));
            if (different < 0)
                continue;
            var loser = owners[different];
            warnings.Add(
                FileConflict.Of(
                    $"`{wheels[loser.Wheel].Wheel}` and `{wheels[winner.Wheel].Wheel}` both have `{path.Name}`; it is now the latter's"
                )
            );
        }

        return warnings;
    }

    private static byte[] DigestOf(IReadOnlyList<StagedWheel> wheels, WheelLinker.Collision file) =>
        wheels[file.Wheel].Wheel.Manifest.Digest(file.File).ToArray();

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span[..^1]);

    private static (int Part, string Name) PathOf(
        IReadOnlyList<StagedWheel> wheels,
        WheelLinker.Collision file,
        StageArea stage
    )
    {
        var wheel = wheels[file.Wheel].Wheel;
        var part = stage.IndexOf(wheel.Manifest.Folder(file.Folder).Scheme, wheel.Manifest.Facts.IsPure);
        return (part, $"{wheel.TargetOf(file.Folder)}/{Text(wheel.Manifest.FileName(file.File))}");
    }

    private static List<WheelLinker.Collision> OwnersOf(
        IReadOnlyList<StagedWheel> wheels,
        (int Part, string Name) path,
        StageArea stage
    )
    {
        var owners = new List<WheelLinker.Collision>();
        for (var wheel = 0; wheel < wheels.Count; wheel++)
        {
            var manifest = wheels[wheel].Wheel.Manifest;
            var file = 0;
            for (var folder = 0; folder < manifest.FolderCount; folder++)
            {
                for (var end = file + manifest.FilesIn(folder); file < end; file++)
                {
                    var candidate = new WheelLinker.Collision(wheel, folder, file);
                    if (PathOf(wheels, candidate, stage) == path)
                        owners.Add(candidate);
                }
            }
        }

        return owners;
    }
}
