using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Locking;

/// <summary>Reads a lock with the markers of a merge conflict: each side is a lock of its own, and the packages of both are worth keeping.</summary>
internal static class LockMerge
{
    private const string Ours = "<<<<<<<";
    private const string Base = "|||||||";
    private const string Middle = "=======";
    private const string Theirs = ">>>>>>>";

    /// <summary>The packages of both sides; null where the file has no conflict markers, or no side can be read.</summary>
    public static WorkspaceLock? TryRead(string file, string shown)
    {
        if (PlainFile.TryRead(file, out var text) != FileError.None)
            return null;
        var lines = text.Split('\n');
        if (!Array.Exists(lines, line => line.StartsWith(Ours, StringComparison.Ordinal)))
            return null;
        var sides = new[] { Side(lines, takesOurs: true), Side(lines, takesOurs: false) }
            .Select(side => TryParse(file, shown, side))
            .OfType<WorkspaceLock>()
            .ToList();
        if (sides.Count == 0)
            return null;
        var packages = sides
            .SelectMany(side => side.Pylock.Packages)
            .GroupBy(package => (package.Name, package.Version?.ToString(), package.Marker))
            .Select(group => group.First());
        return sides[0] with { Pylock = sides[0].Pylock with { Packages = [.. packages] } };
    }

    private static string Side(string[] lines, bool takesOurs)
    {
        var side = new StringBuilder();
        var isTaken = true;
        foreach (var line in lines)
        {
            if (line.StartsWith(Ours, StringComparison.Ordinal))
                isTaken = takesOurs;
            else if (line.StartsWith(Base, StringComparison.Ordinal))
                isTaken = false;
            else if (line.StartsWith(Middle, StringComparison.Ordinal))
                isTaken = !takesOurs;
            else if (line.StartsWith(Theirs, StringComparison.Ordinal))
                isTaken = true;
            else if (isTaken)
                side.Append(line).Append('\n');
        }

        return side.ToString();
    }

    private static WorkspaceLock? TryParse(string file, string shown, string text)
    {
        try
        {
            return WorkspaceLock.Parse(file, shown, text);
        }
        catch (KraitException)
        {
            return null;
        }
    }
}
