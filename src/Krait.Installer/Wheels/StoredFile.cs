namespace Krait.Installer.Wheels;

/// <summary>What a manifest says of one file of an unpacked wheel.</summary>
/// <param name="Size">Its length.</param>
/// <param name="Modified">Its modification time when it was written, in nanoseconds.</param>
/// <param name="Inode">Its number on the cache's file system.</param>
/// <param name="IsExecutable">Whether anyone may execute it.</param>
/// <param name="HasPlaceholder">Whether its first line names an interpreter that an installer has to fill in.</param>
public readonly record struct StoredFile(long Size, long Modified, ulong Inode, bool IsExecutable, bool HasPlaceholder);
