using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Server.Pages;

/// <summary>The page of a project, without its form: what an upstream sent, or what was uploaded.</summary>
internal sealed record ProjectDocument
{
    /// <summary>The project.</summary>
    public required PackageName Project { get; init; }

    /// <summary>Its files, in the order of the index.</summary>
    public ImmutableArray<FileEntry> Files { get; init; } = [];

    /// <summary>Its versions as the index wrote them; empty where it did not.</summary>
    public ImmutableArray<string> Versions { get; init; } = [];

    /// <summary>Its status (PEP 792): `active`, `archived`, `quarantined`, `deprecated`; null where none is stated.</summary>
    public string? Status { get; init; }

    /// <summary>Why it has that status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The entry of a file, or null.</summary>
    public FileEntry? Find(string fileName)
    {
        foreach (var file in Files)
        {
            if (string.Equals(file.FileName, fileName, StringComparison.Ordinal))
                return file;
        }

        return null;
    }
}
