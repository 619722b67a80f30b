using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Manifests;
using Krait.Packaging.Metadata;
using Krait.Packaging.Requirements;
using Krait.Platform.Files;

namespace Krait.Build.Sources;

/// <summary>The metadata of a source, where the standards let it be known without running its backend.</summary>
public static class StaticMetadata
{
    /// <summary>
    /// Reads the metadata of a project: from PKG-INFO of a source distribution whose form is 2.2 or later and does not leave it open
    /// (PEP 643), or from a `[project]` table that states everything (PEP 621).
    /// </summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="isSdist">Whether the folder was unpacked from a source distribution, so that its PKG-INFO is not left over from an earlier build.</param>
    /// <param name="metadata">What it says.</param>
    public static bool TryRead(string folder, bool isSdist, [NotNullWhen(true)] out CoreMetadata? metadata)
    {
        metadata = isSdist ? ReadPackageInfo(folder) : null;
        return metadata is not null || TryReadProject(folder, out metadata);
    }

    /// <summary>The metadata of a project file that states name, version, dependencies, extras and Python versions.</summary>
    public static bool TryOf(PyProject project, [NotNullWhen(true)] out CoreMetadata? metadata)
    {
        metadata = null;
        var isStatic =
            project is { HasStaticDependencies: true, Name: not null, Version: not null }
            && !project.IsDynamic("requires-python");
        if (!isStatic)
            return false;
        var requirements = new List<Requirement>(project.Dependencies.Select(stated => stated.Requirement));
        foreach (var (extra, stated) in project.OptionalDependencies)
        {
            var condition = Packaging.Markers.Marker.FromExtra(extra);
            requirements.AddRange(
                stated.Select(one => one.Requirement.WithMarker(one.Requirement.Marker.And(condition)))
            );
        }

        metadata = CoreMetadata.Create(
            project.Name!, // checked above
            project.Version!, // checked above
            project.RequiresPython,
            requirements,
            project.OptionalDependencies.Select(extra => extra.Key)
        );
        return true;
    }

    private static CoreMetadata? ReadPackageInfo(string folder)
    {
        var error = PlainFile.TryReadBytes(Path.Join(folder, "PKG-INFO"), out var content);
        return error == FileError.None && CoreMetadata.TryParse(content, out var metadata, out _) && metadata.IsStatic
            ? metadata
            : null;
    }

    private static bool TryReadProject(string folder, [NotNullWhen(true)] out CoreMetadata? metadata)
    {
        metadata = null;
        var path = Path.Join(folder, "pyproject.toml");
        return PlainFile.TryRead(path, out var text) == FileError.None
            && PyProject.TryParse(text, path, out var project, out _)
            && TryOf(project, out metadata);
    }
}
