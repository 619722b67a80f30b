namespace Krait.Platform.Files;

/// <summary>What a name in a folder stands for.</summary>
public enum FileKind
{
    Unknown,
    File,
    Folder,
    SymbolicLink,
    Other,
}
