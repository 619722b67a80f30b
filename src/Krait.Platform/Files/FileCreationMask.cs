namespace Krait.Platform.Files;

/// <summary>The permissions that this process takes from the files it makes (`umask`).</summary>
public static class FileCreationMask
{
    /// <summary>The mask when the process started; read once.</summary>
    public static uint Value { get; } = FileCalls.Current.ReadCreationMask();
}
