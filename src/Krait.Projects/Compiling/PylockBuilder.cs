using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Compiling;

/// <summary>Makes a lock file (`pylock.toml`, PEP 751) of a compilation.</summary>
public static class PylockBuilder
{
    /// <summary>The lock file.</summary>
    /// <param name="outcome">What was pinned.</param>
    /// <param name="requiresPython">The Python versions it is for.</param>
    /// <param name="place">Where it will be.</param>
    public static Pylock Build(CompileOutcome.Done outcome, SpecifierSet? requiresPython, LockPlace place)
    {
        var reach = new WheelReach(requiresPython?.ToRanges() ?? VersionRanges.All);
        var packages = new List<PylockPackage>();
        for (var i = 0; i < outcome.Markers.Length; i++)
        {
            if (!outcome.Markers[i].IsFalse)
                packages.Add(Package(outcome, outcome.Resolution.Packages[i], outcome.Markers[i], reach, place));
        }

        return new Pylock
        {
            CreatedBy = "krait",
            RequiresPython = requiresPython,
            Extras = [.. outcome.Choices.Where(item => !item.IsGroup).Select(item => item.Name.Value)],
            DependencyGroups = [.. outcome.Choices.Where(item => item.IsGroup).Select(item => item.Name.Value)],
            Packages = [.. packages.Where(package => !IsOmitted(outcome, package))],
            Tool = Forks(outcome),
        };
    }

    /// <summary>The environments that were resolved apart: the next compilation starts from them, so that nothing moves by itself.</summary>
    private static TomlTable? Forks(CompileOutcome.Done outcome)
    {
        // Extras that exclude each other are told apart again each time.
        var forks = outcome.Resolution.Forks.Select(fork => fork.WithoutExtras()).Distinct().ToImmutableArray();
        return forks is [] or [{ IsTrue: true }]
            ? null
            : new TomlTable().Add(
                "krait",
                new TomlTable().Add("forks", TomlArray.OfStrings(forks.Select(fork => fork.ToString())))
            );
    }

    private static bool IsOmitted(CompileOutcome.Done outcome, PylockPackage package) =>
        outcome.Lines.Any(line => line.IsOmitted && string.Equals(line.Name, package.Name, StringComparison.Ordinal));

    private static PylockPackage Package(
        CompileOutcome.Done outcome,
        ResolvedPackage package,
        Marker marker,
        WheelReach reach,
        LockPlace place
    )
    {
        var basic = new PylockPackage
        {
            Name = package.Name.Value,
            Version = package.Version,
            Marker = marker.ToText(),
        };
        if (package.Candidate.Direct is { } direct)
        {
            return outcome.Origins.GetValueOrDefault(direct.Url) switch
            {
                DirectUrl.Repository repository => basic with { Vcs = Repository(repository) },
                DirectUrl.Folder folder => basic with
                {
                    // What a folder says of itself may be different the next time.
                    Version = null,
                    Directory = new PylockFolder(place.Locate(direct.Url).Path ?? direct.Url)
                    {
                        IsEditable = folder.IsEditable,
                    },
                },
                var origin => basic with
                {
                    Archive = place.Locate(direct.Url) with
                    {
                        Hashes = [.. CompiledFiles.HashesOf(package.Candidate, outcome.ReadHashes).Select(Text)],
                        Subdirectory = origin?.Subdirectory,
                    },
                },
            };
        }

        // Several places may offer one file; the first is asked first.
        var files = CompiledFiles
            .Of(package.Candidate)
            .DistinctBy(file => file.FileName, StringComparer.Ordinal)
            .ToList();
        var sdist = files.Find(file => !file.IsWheel);
        return basic with
        {
            Index = package.Candidate.Page?.Address,
            Sdist = sdist == default ? null : File(sdist, outcome),
            Wheels =
            [
                .. files
                    .Where(file => file.IsWheel && reach.Includes(file.Wheel, package.Marker))
                    .OrderBy(file => file.FileName, StringComparer.Ordinal)
                    .Select(file => File(file, outcome)),
            ],
        };
    }

    private static PylockRepository Repository(DirectUrl.Repository origin) =>
        new(origin.Vcs, origin.CommitId)
        {
            Url = origin.Url,
            RequestedRevision = origin.RequestedRevision,
            Subdirectory = origin.Subdirectory,
        };

    private static PylockFile File(IndexFile file, CompileOutcome.Done outcome) =>
        new()
        {
            Name = file.FileName,
            Url = file.Url,
            Size = file.Size,
            UploadTime = file.UploadTime is { } time ? new TomlDateTime(time) : null,
            Hashes = [.. CompiledFiles.HashesOf(file, outcome.ReadHashes).Select(Text)],
        };

    private static KeyValuePair<string, string> Text(FileHash hash) => new(FileHash.Name(hash.Algorithm), hash.Hex);
}
