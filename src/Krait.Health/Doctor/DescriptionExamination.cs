using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Packaging.Metadata;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Health.Doctor;

/// <summary>Looks at the files that describe one package.</summary>
/// <param name="package">The package.</param>
internal sealed class DescriptionExamination(InstalledPackage package)
{
    private readonly PackageDamages found = new(package.Name.Value);

    /// <summary>What is wrong, and what RECORD lists.</summary>
    public (IReadOnlyList<Damage> Damages, ImmutableArray<RecordEntry> Rows) Run()
    {
        var distribution = package.Distribution;
        if (distribution.Kind != InstalledKind.DistInfo)
        {
            ExamineLink(distribution);
            return (found.All, []);
        }

        ExamineMetadata(distribution);
        ExamineWheel(distribution);
        ExamineEntryPoints(distribution);
        ExamineSource(distribution);
        return (found.All, ReadRecord(distribution));
    }

    private void ExamineLink(InstalledDistribution distribution)
    {
        if (distribution.ProjectFolder is { } folder && !FolderTree.IsFolder(folder))
        {
            found.Add(
                "egg-link-broken",
                $"`{distribution.Path}` leads to `{folder}`, which is gone",
                distribution.Path,
                DamageSeverity.Error,
                DamageRepair.None
            );
        }
    }

    private void ExamineMetadata(InstalledDistribution distribution)
    {
        var path = Path.Join(distribution.Path, "METADATA");
        var content = distribution.ReadMetadata();
        if (content.Length == 0)
        {
            // A missing file is reported with RECORD's other files.
            if (FileStatus.Exists(path, followLinks: false))
                found.Add("metadata-empty", "its METADATA is empty", path);
            else
                found.Add("metadata-missing", "its METADATA is missing", path);
            return;
        }

        if (package.Metadata is not { } metadata)
        {
            found.Add("metadata-unreadable", $"its METADATA cannot be read: {package.Unreadable?.Message}", path);
            return;
        }

        if (metadata.Name != distribution.Name)
            found.Add("metadata-other-name", $"its METADATA is of `{metadata.Name}`", path);
        if (distribution.Version is null)
        {
            found.Add(
                "version-invalid",
                $"`{distribution.VersionText}` in the name of `{distribution.EntryName}` is not a version",
                distribution.Path,
                DamageSeverity.Warning,
                DamageRepair.None
            );
        }
        else if (metadata.Version != distribution.Version)
        {
            found.Add("metadata-other-version", $"its METADATA is of version {metadata.Version}", path);
        }
    }

    private void ExamineWheel(InstalledDistribution distribution)
    {
        var path = Path.Join(distribution.Path, "WHEEL");
        var content = distribution.Read("WHEEL");
        if (content.Length == 0)
        {
            if (FileStatus.Exists(path, followLinks: false))
                found.Add("wheel-file-empty", "its WHEEL file is empty", path);
            return;
        }

        if (!WheelMetadata.TryParse(content, out _, out var error))
            found.Add("wheel-file-unreadable", $"its WHEEL file cannot be read: {error.Message}", path);
    }

    private void ExamineEntryPoints(InstalledDistribution distribution)
    {
        var content = distribution.ReadEntryPoints();
        if (content.Length > 0 && !EntryPoints.TryParse(content, out _, out var errors))
        {
            found.Add(
                "entry-points-invalid",
                $"its entry points are invalid: {errors[0].Message}",
                Path.Join(distribution.Path, "entry_points.txt"),
                DamageSeverity.Warning
            );
        }
    }

    private void ExamineSource(InstalledDistribution distribution)
    {
        var content = distribution.ReadDirectUrl();
        var path = Path.Join(distribution.Path, "direct_url.json");
        if (content.Length == 0)
        {
            if (FileStatus.Exists(path, followLinks: false))
            {
                found.Add(
                    "direct-url-unreadable",
                    "its `direct_url.json` is empty",
                    path,
                    DamageSeverity.Warning,
                    DamageRepair.None
                );
            }

            return;
        }

        if (package.DirectUrl is null)
        {
            found.Add(
                "direct-url-unreadable",
                "its `direct_url.json` cannot be read",
                path,
                DamageSeverity.Warning,
                DamageRepair.None
            );
        }
        else if (package.EditableLocation is { } folder && !FolderTree.IsFolder(folder))
        {
            found.Add(
                "editable-gone",
                $"it is installed from `{folder}`, which is gone",
                folder,
                DamageSeverity.Error,
                DamageRepair.None
            );
        }
    }

    private ImmutableArray<RecordEntry> ReadRecord(InstalledDistribution distribution)
    {
        var path = Path.Join(distribution.Path, "RECORD");
        var content = distribution.ReadRecord();
        if (content.Length == 0)
        {
            if (FileStatus.Exists(path, followLinks: false))
                found.Add("record-empty", "its RECORD is empty, so its files cannot be checked or removed", path);
            else
                found.Add("record-missing", "its RECORD is missing, so its files cannot be checked or removed", path);
            return [];
        }

        if (!RecordFile.TryParse(content, out var rows, out var warnings, out var error))
        {
            found.Add("record-unreadable", $"its RECORD cannot be read: {error.Message}", path);
            return [];
        }

        if (!warnings.IsEmpty)
        {
            found.Add(
                "record-malformed",
                $"its RECORD has malformed rows: {warnings[0].Message}",
                path,
                DamageSeverity.Warning
            );
        }

        var isListed = rows.Any(row => row.Path.EndsWith("/RECORD", StringComparison.Ordinal));
        if (!isListed)
        {
            found.Add(
                "record-incomplete",
                "its RECORD does not list itself: the end of it is missing",
                path,
                DamageSeverity.Warning
            );
        }

        return rows;
    }
}
