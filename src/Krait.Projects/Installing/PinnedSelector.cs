using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Projects.Targets;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Projects.Installing;

/// <summary>Chooses the file of a version that a requirement pins, from the pages of all places that may have it.</summary>
/// <param name="target">The machine that it is for.</param>
/// <param name="cutoff">Which files are too new to be seen.</param>
/// <param name="files">Whether wheels and source distributions may be used.</param>
public sealed class PinnedSelector(MachineTarget target, UploadCutoff cutoff, FilePolicy files)
{
    private readonly WheelRanks ranks = new(wheel => WheelRank.Of(wheel, target.Tags.RankOf(wheel)));

    /// <summary>The best file of a version, whatever page it is on, a wheel before a source distribution; null when none can be used.</summary>
    /// <param name="pages">The project's pages, in the order of their places.</param>
    /// <param name="pin">The pinned version.</param>
    /// <param name="allowed">The digests that the user allows; empty allows any.</param>
    public IndexFile? Choose(IEnumerable<ProjectPage> pages, Version pin, ImmutableArray<FileHash> allowed)
    {
        IndexFile? best = null;
        var bestPlace = default(Place);
        foreach (var page in pages)
        {
            var name = PackageName.Parse(page.ProjectName);
            var limit = cutoff.For(name);
            foreach (var file in FilesOf(page, pin))
            {
                if (IsTooNew(file, limit) || !IsAllowed(name, file) || !RunsOn(file))
                    continue;
                var rank = file.IsWheel ? ranks.Of(file) : null;
                if (file.IsWheel && rank is null)
                    continue;
                var isUnknown = !allowed.IsEmpty && !file.Hashes.Any(allowed.Contains);
                var place = new Place(file.Version, file.IsYanked, isUnknown, rank);
                if (best is null || place.IsBefore(bestPlace))
                    (best, bestPlace) = (file, place);
            }
        }

        return best;
    }

    /// <summary>The files of the versions that a pin means: without local label it holds for versions that have one, too.</summary>
    public static IEnumerable<IndexFile> FilesOf(ProjectPage page, Version pin)
    {
        var index = page.IndexOf(pin);
        index = index < 0 ? ~index : index;
        for (; index < page.VersionCount && IsMeant(page.VersionAt(index), pin); index++)
        {
            var (start, count) = page.FilesOf(index);
            for (var i = start; i < start + count; i++)
                yield return page.FileAt(i);
        }
    }

    private bool IsAllowed(PackageName name, IndexFile file) =>
        file.IsWheel ? files.AllowsWheels(name) : files.AllowsSdists(name);

    private static bool IsMeant(Version version, Version pin) =>
        version.Equals(pin) || (!pin.IsLocal && version.IsLocal && version.WithoutLocal().Equals(pin));

    private bool RunsOn(IndexFile file) =>
        file.RequiresPython is not { } requires || new PythonSupport(requires).Allows(target.Python);

    /// <summary>A file without upload time is too new for any cut-off.</summary>
    private static bool IsTooNew(IndexFile file, DateTimeOffset? limit) =>
        limit is { } latest && !(file.UploadTime is { } time && time < latest);

    /// <summary>The wheel of a page as something to install.</summary>
    public static FetchedWheel ToWheel(
        PackageName name,
        IndexFile file,
        IndexLocation location,
        ImmutableArray<FileHash> allowed
    ) =>
        new FetchedWheel(
            name,
            file.Version,
            new WheelKey(file.Wheel, location.SourceKey),
            DownloadRequest.For(file, location) with
            {
                Allowed = allowed,
            }
        );

    /// <summary>Where a file stands among those of a pin: the highest version first, files that are sure before others, then wheels, then the best tags.</summary>
    private readonly record struct Place(Version Version, bool IsYanked, bool IsHashUnknown, WheelRank? Rank)
    {
        public bool IsBefore(Place other)
        {
            if (Version.CompareTo(other.Version) is not 0 and var order)
                return order > 0;
            if (IsYanked != other.IsYanked)
                return other.IsYanked;
            if (IsHashUnknown != other.IsHashUnknown)
                return other.IsHashUnknown;
            // A wheel goes before a source distribution.
            return Rank is { } rank && (other.Rank is not { } rival || rank < rival);
        }
    }
}
