using System.Buffers;
using Krait.Packaging.Distributions;

namespace Krait.Archives.Bundles;

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Where it is in the bundle: `pylock.toml`, or a name below `files/`.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Use">What it is there for.</param>
public sealed record BundleFile(string Path, long Size, FileHash Sha256, BundleUse Use)
{
    /// <summary>The folder of all distributions.</summary>
    public const string Folder = "files/";

    /// <summary>The lock file.</summary>
    public const string LockName = "pylock.toml";

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-!"
    );

    /// <summary>The name of a distribution.</summary>
    public string Name => Path.StartsWith(Folder, StringComparison.Ordinal) ? Path[Folder.Length..] : Path;

    /// <summary>Whether a path is one that a bundle may have: the lock file, or a distribution by its plain name.</summary>
    internal static bool IsAllowed(string path)
    {
        if (path is LockName)
            return true;
        if (!path.StartsWith(Folder, StringComparison.Ordinal))
            return false;
        var name = path.AsSpan(Folder.Length);
        return !name.IsEmpty && name.Length <= 250 && name[0] != '.' && !name.ContainsAnyExcept(NameCharacters);
    }
}

/// <summary>What a file of a bundle is there for.</summary>
public enum BundleUse
{
    /// <summary>It says what is installed.</summary>
    Lock,

    /// <summary>It is installed.</summary>
    Install,

    /// <summary>A source distribution is built with it.</summary>
    Build,
}
