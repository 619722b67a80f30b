using Krait.Environments.Layouts;
using Krait.Installer.Scripts;
using Krait.Packaging.Metadata;
using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>
/// The folders of an environment that packages may have files in. Turns a claimed path into one of them and a path below it, and
/// refuses what belongs to the environment, the interpreter or somebody else.
/// </summary>
internal sealed class EnvironmentRoots
{
    private readonly List<string> roots;
    private readonly PythonEnvironment environment;
    private List<(string Root, string Real)>? resolved;

    public EnvironmentRoots(PythonEnvironment environment)
    {
        this.environment = environment;
        var paths = environment.Layout.Paths;
        // A folder of headers below the data root exists for packages alone, and goes when it is empty.
        var hasOwnHeaders = !ContainedPath.Contains(paths.Data, paths.Headers);
        string[] all =
        [
            paths.PureLibrary,
            paths.PlatformLibrary,
            paths.Scripts,
            paths.Data,
            .. hasOwnHeaders ? [paths.Headers] : Array.Empty<string>(),
        ];
        // The most specific root first.
        roots = [.. all.Distinct(StringComparer.Ordinal).OrderByDescending(r => r.Length)];
    }

    /// <summary>The roots with their own paths without symbolic links, the most specific first.</summary>
    private List<(string Root, string Real)> Resolved => resolved ??= Resolve(roots);

    /// <summary>The root of a path and the rest of it; false when no package may own it.</summary>
    public bool TryPlace(string path, out string root, out string relative)
    {
        (root, relative) = ("", "");
        foreach (var candidate in roots)
        {
            if (path.Length <= candidate.Length || !ContainedPath.Contains(candidate, path))
                continue;
            (root, relative) = (candidate, path[candidate.Length..].TrimStart('/'));
            return !IsProtected(path, candidate, relative);
        }

        return false;
    }

    /// <summary>The same for a path without symbolic links, to whose folder a path in the environment may have led.</summary>
    public bool TryPlaceResolved(string path, out string root, out string relative)
    {
        (root, relative) = ("", "");
        foreach (var (candidate, real) in Resolved)
        {
            if (path.Length <= real.Length || !ContainedPath.Contains(real, path))
                continue;
            (root, relative) = (candidate, path[real.Length..].TrimStart('/'));
            return !IsProtected(Path.Join(root, relative), root, relative);
        }

        return false;
    }

    /// <summary>Whether a folder, by its path without symbolic links, is in the environment.</summary>
    public bool HoldsResolved(string folder) => Resolved.Exists(root => ContainedPath.Contains(root.Real, folder));

    /// <summary>Whether a folder is one of the roots or above one, and so never removed.</summary>
    public bool IsRootOrAbove(string folder) => roots.Exists(root => ContainedPath.Contains(folder, root));

    /// <summary>Whether files directly in the data root (`/usr`) are nobody's; in a `--target` they are top-level modules.</summary>
    private bool IsSharedTop(string root)
    {
        var paths = environment.Layout.Paths;
        return !environment.IsVirtual
            && !string.Equals(root, paths.PureLibrary, StringComparison.Ordinal)
            && !string.Equals(root, paths.PlatformLibrary, StringComparison.Ordinal);
    }

    private static List<(string Root, string Real)> Resolve(IEnumerable<string> roots)
    {
        var pairs = new List<(string Root, string Real)>();
        foreach (var root in roots)
            pairs.Add((root, SymbolicLinks.Resolve(root) ?? root));
        pairs.Sort((one, other) => other.Real.Length.CompareTo(one.Real.Length));
        return pairs;
    }

    private bool IsProtected(string path, string root, string relative)
    {
        var layout = environment.Layout;
        if (string.Equals(root, layout.Scripts, StringComparison.Ordinal) && ReservedPrograms.Contains(relative))
            return true;
        if (!string.Equals(root, layout.Paths.Data, StringComparison.Ordinal))
            return false;
        var library = environment.Interpreter.StandardLibrary;
        return EnvironmentFiles.Contains(relative)
            || ContainedPath.Contains(library, path)
            || (IsSharedTop(root) && !relative.Contains('/', StringComparison.Ordinal));
    }
}
