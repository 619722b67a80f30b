using Krait.Archives.Zip;

namespace Krait.Installer.Wheels;

/// <summary>A file of a wheel and where it belongs.</summary>
/// <param name="Entry">The archive's entry.</param>
/// <param name="Scheme">The part it belongs to.</param>
/// <param name="Target">Its path in that part.</param>
internal sealed record WheelFile(ZipEntry Entry, WheelScheme Scheme, string Target)
{
    /// <summary>Whether it can be run: scripts always, as archives made on Windows have no permissions.</summary>
    public bool IsExecutable => Entry.IsExecutable || Scheme == WheelScheme.Scripts;

    /// <summary>The folder of the archive that it is in; empty for the top.</summary>
    public string Folder { get; } = Entry.Path.Value[..Math.Max(0, Entry.Path.Value.LastIndexOf('/'))];
}
