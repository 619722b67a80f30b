using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Resolver.Python;

namespace Krait.Projects.Compiling;

/// <summary>Makes a lock file (`pylock.toml`, PEP 751) of a compilation.</summary>
public static class PylockBuilder
{
    /// <summary>The lock file.</summary>
    /// <param name="outcome">What was pinned.</param>
    /// <param name="requiresPython">The Python versions it is for.</param>
    public static Pylock Build(CompileOutcome.Done outcome, SpecifierSet? requiresPython)
    {
        var reach = new WheelReach(requiresPython?.ToRanges() ?? VersionRanges.All);
        var packages = outcome.Resolution.Packages.Select((package, index) => Package(outcome, package, index, reach));
        return new Pylock
        {
            CreatedBy = "krait",
            RequiresPython = requiresPython,
            Packages = [.. packages.Where(package => !IsOmitted(outcome, package))],
            Tool = Forks(outcome),
        };
    }

    /// <summary>The environments that were resolved apart: the next compilation starts from them, so that nothing moves by itself.</summary>
    private static TomlTable? Forks(CompileOutcome.Done outcome)
    {
        var forks = outcome.Resolution.Forks;
        return forks.IsEmpty
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
        int index,
        WheelReach reach
    )
    {
        var marker = outcome.Markers[index].ToText();
        var basic = new PylockPackage
        {
            Name = package.Name.Value,
            Version = package.Version,
            Marker = marker,
        };
        if (package.Candidate.Page is not { } indexed)
            return basic with { Archive = new PylockFile { Url = package.Candidate.Direct?.Url } };
        var (start, count) = indexed.Page.FilesOf(package.Candidate.VersionIndex);
        var files = Enumerable.Range(start, count).Select(indexed.Page.FileAt).ToList();
        var sdist = files.Find(file => !file.IsWheel);
        return basic with
        {
            Index = indexed.Address,
            Sdist = sdist == default ? null : File(sdist),
            Wheels =
            [
                .. files
                    .Where(file => file.IsWheel && reach.Includes(file.Wheel, package.Marker))
                    .OrderBy(file => file.FileName, StringComparer.Ordinal)
                    .Select(File),
            ],
        };
    }

    private static PylockFile File(IndexFile file) =>
        new()
        {
            Name = file.FileName,
            Url = file.Url,
            Size = file.Size,
            UploadTime = file.UploadTime is { } time ? new TomlDateTime(time) : null,
            Hashes = [.. file.Hashes.Select(hash => KeyValuePair.Create(FileHash.Name(hash.Algorithm), hash.Hex))],
        };
}
