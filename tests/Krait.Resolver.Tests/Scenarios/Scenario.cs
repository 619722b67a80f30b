using System.Collections.Immutable;
using System.IO.Compression;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Resolver.Tests.Scenarios;

/// <summary>A scenario file: what an index holds, what is asked, and what is to come of it.</summary>
internal sealed class Scenario
{
    private readonly TomlTable root;

    private Scenario(TomlTable root) => this.root = root;

    public static string Folder => Path.Combine(RecordedIndex.SharedFolder, "scenarios");

    public bool IsSatisfiable => root.Find("expected", "satisfiable")?.AsBoolean ?? true;

    public bool IsUniversal => root.Find("resolver_options", "universal")?.AsBoolean ?? false;

    /// <summary>The expected versions by name, where the file states them.</summary>
    public Dictionary<string, string>? Expected =>
        root.Find("expected", "packages") is TomlTable table
            ? table.Entries.ToDictionary(
                entry => PackageName.Parse(entry.Key).Value,
                entry => entry.Value.AsString!,
                StringComparer.Ordinal
            )
            : null;

    public static IEnumerable<string> Files(string folder)
    {
        var path = Path.Combine(Folder, folder);
        if (!Directory.Exists(path))
            return [];
        return Directory
            .EnumerateFiles(path, "*.toml*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(path, file))
            .Order(StringComparer.Ordinal);
    }

    public static Scenario Load(string folder, string file)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, folder, file));
        using var reader = new StreamReader(
            file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream
        );
        return new Scenario(TomlDocument.Parse(reader.ReadToEnd()).Root);
    }

    public FakeIndex ToIndex()
    {
        var index = new FakeIndex();
        foreach (var package in root.GetTable("packages")?.Entries ?? [])
        {
            foreach (var version in package.Value.AsTable?.GetTable("versions")?.Entries ?? [])
                index.Add(ReadVersion(package.Key, version.Key, version.Value.AsTable!));
        }

        return index;
    }

    public ResolutionRequest ToRequest()
    {
        var options = root.GetTable("resolver_options");
        var requires = root.Find("root", "requires")?.AsArray?.AsStrings() ?? [];
        return new ResolutionRequest
        {
            Requirements = [.. requires.Select(text => new RootRequirement(Requirement.Parse(text)))],
            Target = ToTarget(options),
            Mode = options?.GetString("resolution") switch
            {
                "lowest" => ResolutionMode.Lowest,
                "lowest-direct" => ResolutionMode.LowestDirect,
                _ => ResolutionMode.Highest,
            },
            Prereleases = new PrereleasePolicy(
                options?.GetBoolean("prereleases") == true ? PrereleaseMode.Allow : PrereleaseMode.IfNecessary
            ),
            Files = new FilePolicy
            {
                NoBuildPackages = [.. Names(options, "no_build")],
                NoBinaryPackages = [.. Names(options, "no_binary")],
            },
        };
    }

    private static IEnumerable<PackageName> Names(TomlTable? options, string key) =>
        (options?.GetArray(key)?.AsStrings() ?? []).Select(PackageName.Parse);

    private ResolutionTarget ToTarget(TomlTable? options)
    {
        var python = root.Find("environment", "python")?.AsString ?? "3.12";
        if (IsUniversal)
        {
            // A compilation takes the interpreter's version, a lock the project's.
            var requiresPython =
                root.Find("testgen", "kind")?.AsString == "compile"
                    ? $">={python}"
                    : root.Find("root", "requires_python")?.AsString ?? ">=3.12";
            return new ResolutionTarget.Universal(SpecifierSet.Parse(requiresPython))
            {
                RequiredEnvironments =
                [
                    .. (options?.GetArray("required_environments")?.AsStrings() ?? []).Select(Marker.Parse),
                ],
            };
        }

        var platform = options?.GetString("python_platform") == "x86_64-manylinux2014" ? 17 : 36;
        return Workload.TargetOf(options?.GetString("python") ?? python, platform);
    }

    private static FakeVersion ReadVersion(string name, string version, TomlTable table) =>
        new(name, version)
        {
            Requires = table.GetArray("requires")?.AsStrings() ?? [],
            Extras = (table.GetTable("extras")?.Entries ?? []).ToDictionary(
                entry => entry.Key,
                entry => (IReadOnlyList<string>)(entry.Value.AsArray?.AsStrings() ?? []),
                StringComparer.Ordinal
            ),
            RequiresPython = table.GetString("requires_python") ?? ">=3.12",
            IsYanked = table.GetBoolean("yanked") ?? false,
            HasSdist = table.GetBoolean("sdist") ?? true,
            WheelTags = WheelTagsOf(table),
        };

    private static ImmutableArray<string> WheelTagsOf(TomlTable table)
    {
        if (table.GetBoolean("wheel") == false)
            return [];
        return table.GetArray("wheel_tags")?.AsStrings() is { } tags ? tags : ["py3-none-any"];
    }
}
