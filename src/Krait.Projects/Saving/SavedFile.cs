using Krait.Packaging.Names;

namespace Krait.Projects.Saving;

/// <summary>A distribution that was asked for as a file.</summary>
/// <param name="Name">The project.</param>
/// <param name="Path">Where the file is; the folder of a project that is no file.</param>
/// <param name="State">How it came there.</param>
public sealed record SavedFile(PackageName Name, string Path, SavedState State)
{
    /// <summary>Whether it was built here.</summary>
    public bool IsBuilt { get; init; }
}

/// <summary>How a file came to where it is.</summary>
public enum SavedState
{
    /// <summary>It was written.</summary>
    Saved,

    /// <summary>It was there already, with the same content.</summary>
    Kept,

    /// <summary>It is a folder of the user's, and stays where it is.</summary>
    Left,
}
