using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Tags;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>Chooses the wheel of a version that a requirement pins, from one page.</summary>
/// <param name="tags">What can be installed.</param>
/// <param name="cutoff">Which files are too new to be seen.</param>
public sealed class PinnedSelector(TagSet tags, UploadCutoff cutoff)
{
    /// <summary>The best wheel of a version; null when the page has none that can be installed.</summary>
    /// <param name="page">The project's page.</param>
    /// <param name="version">The pinned version.</param>
    /// <param name="allowed">The digests that the user allows; empty allows any.</param>
    public IndexFile? Choose(ProjectPage page, Version version, ImmutableArray<FileHash> allowed)
    {
        // A pin without local label holds for versions that have one, which rank above the plain one.
        for (var index = LastOf(page, version); index >= 0 && IsMeant(page.VersionAt(index), version); index--)
        {
            if (Choose(page, index, allowed) is { } file)
                return file;
        }

        return null;
    }

    /// <summary>The place of the highest version that a pin holds for, or of one that it does not hold for.</summary>
    private static int LastOf(ProjectPage page, Version version)
    {
        var index = page.IndexOf(version);
        index = index < 0 ? ~index - 1 : index;
        while (index + 1 < page.VersionCount && IsMeant(page.VersionAt(index + 1), version))
            index++;
        return index;
    }

    private static bool IsMeant(Version version, Version pin) =>
        version.Equals(pin) || (!pin.IsLocal && version.IsLocal && version.WithoutLocal().Equals(pin));

    private IndexFile? Choose(ProjectPage page, int index, ImmutableArray<FileHash> allowed)
    {
        var (start, count) = page.FilesOf(index);
        IndexFile? best = null;
        var bestRank = (IsYanked: true, IsHashUnknown: true, Rank: int.MaxValue);
        for (var i = start; i < start + count; i++)
        {
            var file = page.FileAt(i);
            if (!file.IsWheel || tags.RankOf(file.Wheel) is not { } rank || IsTooNew(file))
                continue;
            var isUnknown = !allowed.IsEmpty && !file.Hashes.Any(allowed.Contains);
            var order = (file.IsYanked, isUnknown, rank);
            if (best is not null && order.CompareTo(bestRank) >= 0)
                continue;
            (best, bestRank) = (file, order);
        }

        return best;
    }

    /// <summary>A file without upload time is too new for any cut-off.</summary>
    private bool IsTooNew(IndexFile file) =>
        cutoff.For(file.Wheel.Name) is { } limit && !(file.UploadTime is { } time && time < limit);

    /// <summary>The wheel of a page as something to install.</summary>
    public static ChosenWheel ToWheel(
        PackageName name,
        IndexFile file,
        IndexLocation location,
        ImmutableArray<FileHash> allowed
    ) =>
        new(
            name,
            file.Version,
            new WheelKey(file.Wheel, location.SourceKey),
            DownloadRequest.For(file, location) with
            {
                Allowed = allowed,
            }
        );
}
