namespace Krait.Archives;

/// <summary>Which file names a system can keep.</summary>
/// <param name="ForbidsReserved">Whether names of devices (`aux.py`) and names that end in a dot or a space cannot be used.</param>
/// <param name="FoldsNames">Whether names that differ only in case or Unicode form are one name.</param>
internal sealed record FileNameRules(bool ForbidsReserved, bool FoldsNames)
{
    /// <summary>The rules of Windows.</summary>
    public static FileNameRules Windows { get; } = new(ForbidsReserved: true, FoldsNames: true);

    /// <summary>The rules of the system this runs on.</summary>
    public static FileNameRules Current { get; } =
        OperatingSystem.IsWindows() ? Windows
        : OperatingSystem.IsMacOS() ? new(ForbidsReserved: false, FoldsNames: true)
        : new(ForbidsReserved: false, FoldsNames: false);
}
