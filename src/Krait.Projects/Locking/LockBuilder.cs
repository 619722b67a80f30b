using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Projects.Compiling;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Locking;

/// <summary>Makes the lock of a workspace: a standard lock file that is complete by itself, and what only `[tool.krait]` can say.</summary>
/// <param name="inputs">What was asked for.</param>
/// <param name="resolution">The versions.</param>
/// <param name="facts">What was read of files and sources beside what indexes say.</param>
/// <param name="earlier">The lock that this one comes after: what did not change is spelled as it was.</param>
internal sealed class LockBuilder(LockInputs inputs, Resolution resolution, LockFacts facts, WorkspaceLock? earlier)
{
    private readonly LockGraph graph = new(inputs, resolution);
    private readonly VersionRanges pythons = inputs.RequiresPython.ToRanges();
    private readonly WheelReach reach = new(inputs.RequiresPython.ToRanges());
    private readonly ILookup<(string, string?), PylockPackage> before = (earlier?.Pylock.Packages ?? []).ToLookup(
        package => (package.Name, package.Version?.ToString())
    );
    private readonly List<PylockPackage> built = [];
    private readonly Dictionary<int, PylockPackage> byNumber = [];

    /// <summary>The lock.</summary>
    public Pylock Build()
    {
        for (var i = 0; i < resolution.Packages.Length; i++)
        {
            var condition = graph.IsMember(i) ? Marker.False : graph.ConditionOf(i);
            if (!condition.IsFalse)
                byNumber.Add(i, Package(resolution.Packages[i], condition));
        }

        foreach (var (number, package) in byNumber)
            built.Add(WithEdges(number, package));
        foreach (var member in inputs.Workspace.Members.Where(member => member.IsPackage))
        {
            var condition = graph.ConditionOf(inputs.Units.Of(member)!); // members have one
            built.Add(
                new PylockPackage
                {
                    Name = member.Name!.Value, // members have names
                    Marker = condition.ToText(),
                    Directory = new PylockFolder(inputs.Workspace.RelativePathOf(member.Folder))
                    {
                        IsEditable = !inputs.Workspace.IsCopied(member),
                    },
                }
            );
        }

        var environments = inputs.Requirements.Settings.Environments;
        return new Pylock
        {
            CreatedBy = "krait",
            Environments = environments.IsEmpty ? null : [.. environments.Select(marker => marker.ToString())],
            RequiresPython = inputs.RequiresPython,
            Extras = Names(inputs.Units.All.Where(unit => unit.IsExtra)),
            DependencyGroups = Names(inputs.Units.All.Where(unit => !unit.IsExtra)),
            DefaultGroups = Names(inputs.Units.Defaults),
            Packages =
            [
                .. built
                    .OrderBy(package => package.Name, StringComparer.Ordinal)
                    .ThenBy(package => package.Version)
                    .ThenBy(package => package.Index, StringComparer.Ordinal)
                    .ThenBy(package => package.Marker, StringComparer.Ordinal),
            ],
            Tool = Tool(),
        };
    }

    private static ImmutableArray<string> Names(IEnumerable<LockUnit> units) =>
        [.. units.Select(unit => unit.Chosen.Value).Order(StringComparer.Ordinal)];

    /// <summary>Our own table, and those of others as they were.</summary>
    private TomlTable Tool()
    {
        var own = new TomlTable()
            .Add("revision", WorkspaceLock.Revision)
            .Add("digest", inputs.Digest)
            .Add("settings", inputs.SettingsDigest);
        // Extras that exclude each other are told apart again each time.
        var forks = resolution.Forks.Select(fork => fork.WithoutExtras()).Distinct().ToList();
        if (forks is not ([] or [{ IsTrue: true }]))
            own.Add("forks", TomlArray.OfStrings(forks.Select(fork => fork.ToString())));
        if (!inputs.Choosing.IsEmpty)
        {
            var choosing = new TomlTable();
            foreach (var (key, value) in inputs.Choosing)
                choosing.Add(key, value);
            own.Add("options", choosing);
        }

        if (!inputs.Stated.IsEmpty)
        {
            var requirements = new TomlTable();
            foreach (var (key, list) in inputs.Stated)
                requirements.Add(key, TomlArray.OfStrings(list));
            own.Add("requirements", requirements);
        }

        var tool = new TomlTable().Add("krait", own);
        foreach (var entry in earlier?.Pylock.Tool?.Entries ?? [])
        {
            if (entry.Key is not "krait")
                tool.Add(entry.Key, entry.Value);
        }

        return tool;
    }

    private PylockPackage Package(ResolvedPackage package, Marker condition)
    {
        var basic = new PylockPackage
        {
            Name = package.Name.Value,
            Version = package.Version,
            Marker = condition.ToText(),
            RequiresPython = PythonOf(package, condition),
        };
        if (package.Candidate.Direct is { } direct)
            return facts.Describe(basic, direct);
        // Several places may offer one file; the first is asked first.
        var files = CompiledFiles
            .Of(package.Candidate)
            .Where(file => facts.IsUsable(package.Name, file))
            .DistinctBy(file => file.FileName, StringComparer.Ordinal)
            .ToList();
        var sdist = files.Find(file => !file.IsWheel);
        var environments = condition.WithoutChoices();
        var made = basic with
        {
            Index = facts.IndexOf(package.Candidate),
            Sdist = sdist == default ? null : File(package.Candidate, sdist),
            Wheels =
            [
                .. files
                    .Where(file => file.IsWheel && reach.Includes(file.Wheel, environments))
                    .OrderBy(file => file.FileName, StringComparer.Ordinal)
                    .Select(file => File(package.Candidate, file)),
            ],
        };
        return AsBefore(made);
    }

    /// <summary>
    /// What the package says it supports, where that is no less than what it is locked for: an upper bound that the resolver passed over would make
    /// installers refuse.
    /// </summary>
    private SpecifierSet? PythonOf(ResolvedPackage package, Marker condition)
    {
        if (package.Metadata.RequiresPython is not { Clauses.IsEmpty: false } stated)
            return null;
        var needed = condition.WithoutChoices().PythonVersions().Intersect(pythons);
        return needed.IsSubsetOf(stated.ToRanges()) ? stated : null;
    }

    private PylockFile File(Candidate candidate, IndexFile file) =>
        facts.Locate(candidate, file.Url) with
        {
            Name = file.FileName,
            Size = file.Size,
            UploadTime = file.UploadTime is { } time ? new TomlDateTime(time) : null,
            Hashes =
            [
                .. facts.HashesOf(file).Select(hash => KeyValuePair.Create(FileHash.Name(hash.Algorithm), hash.Hex)),
            ],
        };

    /// <summary>
    /// The same files keep the address, size and time that they were locked with: a mirror that was used this time leaves no trace.
    /// </summary>
    private PylockPackage AsBefore(PylockPackage made)
    {
        foreach (var old in before[(made.Name, made.Version?.ToString())].Where(old => !old.IsDirect))
        {
            var known = (old.Wheels ?? [])
                .Append(old.Sdist)
                .OfType<PylockFile>()
                .ToLookup(file => file.FileName, StringComparer.Ordinal);
            var isSame =
                made.Wheels?.Any(file => Same(known, file) is not null) is true
                || (made.Sdist is { } source && Same(known, source) is not null);
            if (!isSame || !facts.MayKeepIndex(old.Index, made.Index))
                continue;
            return made with
            {
                Index = old.Index,
                Sdist = made.Sdist is { } sdist ? Same(known, sdist) ?? sdist : null,
                Wheels = [.. (made.Wheels ?? []).Select(file => Same(known, file) ?? file)],
            };
        }

        return made;
    }

    private static PylockFile? Same(ILookup<string?, PylockFile> known, PylockFile file) =>
        known[file.FileName].FirstOrDefault(old => old.Hashes.Any(file.Hashes.Contains));

    private PylockPackage WithEdges(int number, PylockPackage package)
    {
        var edges = graph.EdgesOf(number).Where(edge => IsKnown(edge.Package)).ToList();
        var own = new TomlTable();
        var plain = Texts(edges.Where(edge => edge.Extra is null));
        if (plain.Count > 0)
            own.Add("requires", TomlArray.OfStrings(plain));
        var extras = new TomlTable();
        foreach (
            var group in edges.Where(edge => edge.Extra is not null).GroupBy(edge => edge.Extra!).OrderBy(g => g.Key)
        )
        {
            extras.Add(group.Key.Value, TomlArray.OfStrings(Texts(group)));
        }

        if (extras.Count > 0)
            own.Add("extras", extras);
        var tool = new TomlTable();
        if (own.Count > 0)
            tool.Add("krait", own);
        return package with
        {
            Dependencies =
            [
                .. edges
                    .Select(edge => edge.Package)
                    .Distinct()
                    .Select(Reference)
                    .OrderBy(table => table.ToString(), StringComparer.Ordinal),
            ],
            Tool = facts.Extend(package, tool) is { Count: > 0 } extended ? extended : null,
        };
    }

    private bool IsKnown(int package) => graph.IsMember(package) || byNumber.ContainsKey(package);

    /// <summary>The keys that tell a package from all others of the lock.</summary>
    private TomlTable Reference(int number)
    {
        var name = resolution.Packages[number].Name.Value;
        var table = new TomlTable().Add("name", name);
        if (!byNumber.TryGetValue(number, out var package))
            return table;
        var same = byNumber.Values.Where(other => string.Equals(other.Name, name, StringComparison.Ordinal)).ToList();
        if (same.Count > 1 && package.Version is { } version)
            table.Add("version", version.ToString());
        if (same.Count(other => other.Version == package.Version) > 1 && package.Index is { } index)
            table.Add("index", index);
        return table;
    }

    private List<string> Texts(IEnumerable<ResolvedDependency> edges) =>
        [
            .. edges
                .Select(edge =>
                    new Requirement(edge.Requirement.Name)
                    {
                        Extras = edge.Requirement.Extras,
                        Specifiers = edge.Requirement.Specifiers,
                        Marker = MarkerOf(edge),
                    }.ToString()
                )
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private Marker MarkerOf(ResolvedDependency edge)
    {
        var marker = edge.Requirement.Marker;
        marker = edge.Extra is { } extra ? marker.SimplifyToExtras([extra]) : marker.SimplifyToExtras([]);
        return marker.AssumePython(pythons);
    }
}
