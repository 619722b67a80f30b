using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Projects.Inputs;

/// <summary>Where a package comes from, as a file of settings says: an index by name, or a URL or path.</summary>
public sealed record StatedSource
{
    /// <summary>The name of the index; null where the source is another.</summary>
    public string? Index { get; init; }

    /// <summary>The URL or absolute path of a distribution or project, or a repository as requirements name it; null where the source is another.</summary>
    public string? Location { get; init; }

    /// <summary>Whether a project is installed in place (`editable`).</summary>
    public bool IsEditable { get; init; }

    /// <summary>Whether a member of the workspace is installed as a copy (`editable = false`): else members are installed in place.</summary>
    public bool IsCopy { get; init; }

    /// <summary>The key of a source that cannot be used here (`workspace`, `hg`); null for others.</summary>
    public string? Unsupported { get; init; }

    /// <summary>Where it holds.</summary>
    public Marker Marker { get; init; } = Marker.True;

    /// <summary>The extra of the project that it is for; null for all.</summary>
    public ExtraName? Extra { get; init; }

    /// <summary>The dependency group that it is for; null for all.</summary>
    public ExtraName? Group { get; init; }
}
