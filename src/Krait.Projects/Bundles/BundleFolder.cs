using System.Text;
using Krait.Archives.Bundles;
using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Locking;
using Krait.Projects.Targets;

namespace Krait.Projects.Bundles;

/// <summary>A bundle that was checked and unpacked, as long as it is needed.</summary>
public sealed class BundleFolder : IDisposable
{
    private readonly string folder;
    private readonly string bundle;
    private readonly BundleManifest manifest;
    private readonly Pylock pylock;

    private BundleFolder(string folder, string bundle, BundleManifest manifest, Pylock pylock)
    {
        this.folder = folder;
        this.bundle = bundle;
        this.manifest = manifest;
        this.pylock = pylock;
    }

    /// <summary>The lock file.</summary>
    public string LockFile => Path.Join(folder, BundleFile.LockName);

    /// <summary>The folder with all distributions.</summary>
    public string Distributions => Path.Join(folder, "files");

    /// <summary>Checks a bundle, byte by byte, and what its lock file says.</summary>
    /// <exception cref="KraitException">It cannot be used (unusable input).</exception>
    public static BundleManifest Verify(string path, CancellationToken cancellationToken)
    {
        using var opened = Bundle.Open(path);
        opened.Verify(cancellationToken);
        ReadLock(opened);
        return opened.Manifest;
    }

    /// <summary>Checks a bundle and unpacks it into a folder of this run.</summary>
    /// <exception cref="KraitException">It cannot be used (unusable input), or there is no room for it.</exception>
    public static BundleFolder Unpack(string path, CancellationToken cancellationToken)
    {
        using var opened = Bundle.Open(path);
        var read = ReadLock(opened);
        var place = FolderTree.CreateTemporary("krait-bundle-");
        try
        {
            opened.Extract(place, cancellationToken);
            return new BundleFolder(place, path, opened.Manifest, read);
        }
        catch
        {
            FolderTree.Remove(place);
            throw;
        }
    }

    /// <summary>Refuses to install on a machine for which not all files were packed.</summary>
    /// <exception cref="KraitException">The bundle is for other machines (unusable input).</exception>
    public void Check(MachineTarget machine, LockSelection wanted)
    {
        var isSelected = pylock.TrySelect(
            machine.Markers,
            machine.Tags.RankOf,
            wanted.AllExtras ? pylock.Extras : wanted.Extras,
            wanted.Groups.IsEmpty ? null : wanted.Groups,
            out var selection,
            out var error
        );
        var missing = isSelected ? BundleLock.FindMissing(selection) : null;
        if (isSelected && missing is null)
            return;
        var what = missing is null ? "" : $": it contains no file of `{missing.Name}` for this environment";
        throw new KraitException(
            new Diagnostic("other-bundle", $"`{Path.GetFileName(bundle)}` was not packed for this environment{what}")
            {
                Source = bundle,
                Cause = error,
                Notes = [$"it was packed for {string.Join(", ", manifest.Targets)}"],
                Hints =
                [
                    $"Pack it again with {Control.PythonVersion} and {Control.PythonPlatform} of this environment",
                ],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => FolderTree.Remove(folder);

    private static Pylock ReadLock(Bundle opened)
    {
        var text = Encoding.UTF8.GetString(opened.ReadLock());
        var isRead = Pylock.TryParse(text, BundleFile.LockName, out var read, out var errors);
        var problem = read is null ? null : BundleLock.FindDifference(read, opened.Manifest);
        if (isRead && read is not null && problem is null)
            return read;
        throw opened.Refusal(problem ?? "its lock file cannot be read", errors.IsDefaultOrEmpty ? null : errors[0]);
    }
}
