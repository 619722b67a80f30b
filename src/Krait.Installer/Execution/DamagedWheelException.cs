using Krait.Installer.Wheels;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// An unpacked wheel in the cache is not what was unpacked: a file was edited through an environment, or lost. The entry has been
/// dropped and the environment is unchanged; fetch the wheel again and execute the plan again.
/// </summary>
public sealed class DamagedWheelException(WheelKey wheel, string file)
    : KraitException(
        new Diagnostic("cache-damaged", $"`{file}` of `{wheel.File}` in the cache is not what was unpacked")
        {
            Package = wheel.File.Name.Value,
            Version = wheel.File.Version.ToString(),
            Notes = ["the entry was removed from the cache, and the environment is unchanged"],
        }
    )
{
    /// <summary>The entry that has to be added again.</summary>
    public WheelKey Wheel { get; } = wheel;

    /// <summary>Drops the entry of a wheel, and says so.</summary>
    internal static DamagedWheelException Dropping(StoredWheel wheel, string file)
    {
        FolderTree.Remove(wheel.Folder);
        return new DamagedWheelException(wheel.Key, file);
    }
}
