using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Pages;
using Krait.Server.Policy;
using Krait.Server.Spaces;
using Krait.Server.Storage;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>A project as its pages show it: everything that is here of it, with what the view does not offer.</summary>
/// <param name="Listing">What the view offers.</param>
/// <param name="Versions">Its versions, the newest first.</param>
internal sealed record ProjectFacts(Listing Listing, ImmutableArray<VersionFacts> Versions)
{
    /// <summary>The project.</summary>
    public PackageName Name => Listing.Document.Project;

    /// <summary>The version that people mean by it: the newest that is offered, not withdrawn and final, or the best there is.</summary>
    public VersionFacts? Main =>
        Versions.FirstOrDefault(version => version.IsOffered && !version.IsYanked && !version.Version.IsPrerelease)
        ?? Versions.FirstOrDefault(version => version.IsOffered && !version.IsYanked)
        ?? Versions.FirstOrDefault(version => version.IsOffered)
        ?? Versions.FirstOrDefault();

    /// <summary>Sorts what is known of a project.</summary>
    public static ProjectFacts Of(Listing listing)
    {
        var offered = listing.Document.Files.ToDictionary(file => file.FileName, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<KnownFile>();
        foreach (var (space, page) in listing.Sources)
        {
            foreach (var file in page.Document?.Files ?? [])
            {
                if (!seen.Add(file.FileName))
                    continue;
                files.Add(
                    new KnownFile(
                        offered.GetValueOrDefault(file.FileName, file),
                        space,
                        page,
                        page.State.Files.GetValueOrDefault(file.FileName),
                        listing.Hidden.GetValueOrDefault(file.FileName)
                    )
                );
            }

            files.AddRange(
                RemovedFrom(space, page, listing.Document.Project).Where(file => seen.Add(file.Entry.FileName))
            );
        }

        var versions = files
            .GroupBy(file => file.Entry.Version)
            .OrderByDescending(version => version.Key)
            .Select(version => new VersionFacts(
                version.Key,
                // Wheels before source distributions, as installers prefer them.
                [
                    .. version
                        .OrderBy(file => file.Entry.Wheel is null)
                        .ThenBy(file => file.Entry.FileName, StringComparer.Ordinal),
                ]
            ));
        return new ProjectFacts(listing, [.. versions]);
    }

    /// <summary>A version, or null.</summary>
    public VersionFacts? Find(Version version) => Versions.FirstOrDefault(known => known.Version == version);

    private static IEnumerable<KnownFile> RemovedFrom(Space space, SpacePage page, PackageName project) =>
        page
            .State.Files.Where(pair => pair.Value.Removed is not null)
            .Select(pair => (Entry: FileEntry.TryCreate(project, pair.Key), Fact: pair.Value))
            .Where(pair => pair.Entry is not null)
            .Select(pair => new KnownFile(pair.Entry!, space, page, pair.Fact, Denial: null)); // those without were left out
}

/// <summary>A version of a project.</summary>
/// <param name="Version">The version.</param>
/// <param name="Files">Its files.</param>
internal sealed record VersionFacts(Version Version, ImmutableArray<KnownFile> Files)
{
    /// <summary>Whether installers get anything of it.</summary>
    public bool IsOffered => Files.Any(file => file.IsOffered);

    /// <summary>Whether only those get it who pin it (PEP 592).</summary>
    public bool IsYanked => IsOffered && Files.Where(file => file.IsOffered).All(file => file.Entry.Yanked is not null);

    /// <summary>Whether all its files were removed.</summary>
    public bool IsRemoved => Files.All(file => file.IsRemoved);

    /// <summary>When its first file was uploaded.</summary>
    public DateTimeOffset? Uploaded => Files.Min(file => file.Entry.Uploaded ?? file.Fact?.Uploaded);

    /// <summary>The Python versions it is for, as written; empty for any.</summary>
    public string RequiresPython =>
        string.Join(
            " or ",
            Files.Select(file => file.Entry.RequiresPython).OfType<string>().Distinct(StringComparer.Ordinal).Take(3)
        );
}

/// <summary>A file of a project.</summary>
/// <param name="Entry">What its page says of it.</param>
/// <param name="Space">The namespace that it is from.</param>
/// <param name="Page">What that has of the project.</param>
/// <param name="Fact">What is known of it beyond the page.</param>
/// <param name="Denial">Why it is not offered; null where it is, or was removed.</param>
internal sealed record KnownFile(FileEntry Entry, Space Space, SpacePage Page, FileFact? Fact, Denial? Denial)
{
    /// <summary>Whether it was removed, here or upstream.</summary>
    public bool IsRemoved => Fact?.Removed is not null;

    /// <summary>Whether installers get it.</summary>
    public bool IsOffered => Denial is null && !IsRemoved;
}
