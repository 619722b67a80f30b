namespace Krait.Archives.Extraction;

/// <summary>
/// The symbolic links of an archive, followed in a tree that exists only in memory: each must lead, through whatever other links, to
/// something that the archive itself has put below its root.
/// </summary>
/// <param name="links">What each link says, by its path.</param>
/// <param name="exists">Whether the archive has a file or folder of this path.</param>
internal sealed class TreeLinks(IReadOnlyDictionary<string, string> links, Func<string, bool> exists)
{
    private const int MostSteps = 40;

    /// <summary>Checks a link.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? FindFault(string path)
    {
        var target = links[path];
        if (target.Length == 0)
            return "points nowhere";
        if (
            target[0] is '/' or '\\'
            || target.Contains('\\', StringComparison.Ordinal)
            || target.Contains('\0', StringComparison.Ordinal)
        )
        {
            return "points outside its archive";
        }

        if (target.Length >= 2 && target[1] == ':' && char.IsAsciiLetter(target[0]))
            return "points outside its archive";
        return Follow(path, target);
    }

    private string? Follow(string path, string target)
    {
        var at = Parts(path);
        at.RemoveAt(at.Count - 1);
        var left = new Stack<string>(target.Split('/').Reverse());
        for (var steps = 0; left.TryPop(out var part); )
        {
            if (part is "" or ".")
                continue;
            if (part is "..")
            {
                if (at.Count == 0)
                    return "points outside its archive";
                at.RemoveAt(at.Count - 1);
                continue;
            }

            at.Add(part);
            var here = string.Join('/', at);
            if (links.TryGetValue(here, out var next))
            {
                if (++steps > MostSteps)
                    return "points to itself";
                if (next.StartsWith('/'))
                    return "points outside its archive";
                at.RemoveAt(at.Count - 1);
                foreach (var further in next.Split('/').Reverse())
                    left.Push(further);
            }
            else if (!exists(here))
            {
                return "points to something that the archive does not have";
            }
        }

        return null;
    }

    private static List<string> Parts(string path) => [.. path.Split('/')];
}
