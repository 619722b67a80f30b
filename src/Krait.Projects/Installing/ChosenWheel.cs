using Krait.Packaging.Names;

namespace Krait.Projects.Installing;

/// <summary>A wheel that is to be installed: a file somewhere, or one that is built of a source.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
public abstract record ChosenWheel(PackageName Name, Version Version)
{
    /// <summary>The direct_url.json to write; null for a file of an index.</summary>
    public byte[]? DirectUrl { get; init; }

    /// <summary>The state of the folder that it is built of, which is written down with it; null where nothing can change unnoticed.</summary>
    public string? Stamp { get; init; }

    /// <summary>Whether the user asked for it by name.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The Python that its own metadata must support, where nobody stated which it supports; null where that is known.</summary>
    public Version? RunsOn { get; init; }

    /// <summary>How it is named where a set of files is listed.</summary>
    public abstract string Listed { get; }
}
