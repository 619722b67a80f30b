using Krait.Packaging.Names;

namespace Krait.Projects.Scaffolding;

/// <summary>What a new project is to be.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RequiresPython">The Python versions that it is for.</param>
public sealed record ScaffoldRequest(PackageName Name, string RequiresPython)
{
    /// <summary>Whether there is no more to it than its manifest.</summary>
    public bool IsBare { get; init; }

    /// <summary>Whether it is a library; else an application.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>What builds it; null for a project that is not built.</summary>
    public BuildBackend? Backend { get; init; }

    /// <summary>One line on what it is; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Whether there is a readme.</summary>
    public bool HasReadme { get; init; }

    /// <summary>Who writes it; null where that is not known.</summary>
    public ScaffoldAuthor? Author { get; init; }

    /// <summary>The Python version that is pinned for it; null for none.</summary>
    public string? PinnedPython { get; init; }

    /// <summary>Whether files that version control ignores are listed.</summary>
    public bool HasIgnoreFile { get; init; }

    /// <summary>The name of its module.</summary>
    public string Module => Name.Value.Replace('-', '_');
}

/// <summary>An author.</summary>
/// <param name="Name">The name, if known.</param>
/// <param name="Email">The address, if known.</param>
public sealed record ScaffoldAuthor(string? Name, string? Email);

/// <summary>A file of a new project.</summary>
/// <param name="Path">Its path, relative to the project.</param>
/// <param name="Text">Its text.</param>
public sealed record ScaffoldFile(string Path, string Text);
