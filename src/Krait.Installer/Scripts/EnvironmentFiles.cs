using Krait.Packaging.Metadata;

namespace Krait.Installer.Scripts;

/// <summary>Files that make a folder an environment, and that no package may bring.</summary>
internal static class EnvironmentFiles
{
    /// <summary>How names begin that krait keeps for itself: its stage, and files that are being written.</summary>
    public const string OwnPrefix = ".krait-";

    /// <summary>Whether a path below an environment's root is one of these, or of the environment's own programs.</summary>
    public static bool Contains(string path)
    {
        if (
            path.Equals("pyvenv.cfg", StringComparison.OrdinalIgnoreCase)
            || path.Equals("lib64", StringComparison.OrdinalIgnoreCase)
            || path.Equals("CACHEDIR.TAG", StringComparison.OrdinalIgnoreCase)
            || path.Equals(".gitignore", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
        )
        {
            return true;
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && path.AsSpan(0, slash) is var folder
            && (
                folder.Equals("bin", StringComparison.OrdinalIgnoreCase)
                || folder.Equals("Scripts", StringComparison.OrdinalIgnoreCase)
            )
            && ReservedPrograms.Contains(path.AsSpan(slash + 1));
    }
}
