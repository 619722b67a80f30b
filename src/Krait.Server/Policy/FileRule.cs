using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Platform.Files;
using Krait.Server.Pages;

namespace Krait.Server.Policy;

/// <summary>A rule of a view: what it is about, and whether that may be installed. What it leaves open, it is about in any case.</summary>
internal sealed record FileRule
{
    /// <summary>Whether files that it is about are denied; otherwise they are allowed, whatever comes later.</summary>
    public required bool Denies { get; init; }

    /// <summary>A pattern of project names (`acme-*`), in whatever spelling: projects have their names in one.</summary>
    public string? Project
    {
        get;
        init => field = value is null ? null : NameNormalization.Normalize(value);
    }

    /// <summary>The versions that it is about.</summary>
    public SpecifierSet? Versions { get; init; }

    /// <summary>`wheel` or `sdist`.</summary>
    public string? Kind { get; init; }

    /// <summary>A pattern of file names (`*-win32.whl`).</summary>
    public string? File { get; init; }

    /// <summary>What those are told who want a file that it denies.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is about a file.</summary>
    public bool IsAbout(PackageName project, FileEntry file) =>
        (Project is null || GlobPattern.MatchesName(Project, project.Value))
        && (Versions is null || Versions.Contains(file.Version))
        && (Kind is null || string.Equals(Kind, file.Wheel is null ? "sdist" : "wheel", StringComparison.Ordinal))
        && (File is null || GlobPattern.MatchesName(File, file.FileName));
}
