using Krait.Installer.Plans;
using Krait.Installer.Wheels;

namespace Krait.Installer.Execution;

/// <summary>A wheel that is being staged, and what it is wanted for.</summary>
/// <param name="Wanted">What is wanted.</param>
/// <param name="Wheel">The unpacked wheel.</param>
internal sealed record StagedWheel(WantedDistribution Wanted, StoredWheel Wheel)
{
    /// <summary>Whether its RECORD depends on the environment, or on how it was asked for.</summary>
    public bool NeedsOwnRecord { get; } =
        Wanted.IsRequested || Wanted.DirectUrl is not null || !Wheel.Scripts.IsEmpty || HasData(Wheel.Manifest);

    private static bool HasData(WheelManifest manifest)
    {
        for (var folder = 0; folder < manifest.FolderCount; folder++)
        {
            if (manifest.Folder(folder).Scheme != WheelScheme.Root)
                return true;
        }

        return false;
    }
}
