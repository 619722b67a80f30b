using Krait.Packaging.Requirements;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>A small random index and a request to it.</summary>
internal sealed class Universe
{
    private static readonly string[] AllVersions = ["1.0", "1.1", "2.0a1", "2.0", "3.0"];
    private static readonly string[] Ranges =
    [
        "",
        "",
        ">=2",
        "<2",
        "==1.0",
        "!=1.1",
        ">=1.1,<3",
        ">=2.0a1",
        "==3.0",
        "<=2.0",
    ];

    private Universe(List<FakeVersion> versions, List<string> roots)
    {
        Versions = versions;
        Roots = roots;
    }

    public List<FakeVersion> Versions { get; }

    public List<string> Roots { get; }

    /// <summary>The universe of a seed: up to six packages of up to four versions.</summary>
    public static Universe Create(int seed, string[] markers)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, random.Next(2, 7)).Select(i => $"p{i}").ToArray();
        var versions = new List<FakeVersion>();
        foreach (var name in names)
        {
            var own = AllVersions.Where(_ => random.Next(3) > 0).Take(4).ToArray();
            versions.AddRange(own.Select(version => RandomVersion(random, name, version, names, markers)));
        }

        var roots = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => RandomRequirement(random, names[random.Next(names.Length)], markers))
            .ToList();
        return new Universe(versions, roots);
    }

    public FakeIndex ToIndex(FakeIndex? earlier = null)
    {
        var index = new FakeIndex { Earlier = earlier };
        foreach (var version in Versions)
            index.Add(version);
        return index;
    }

    public ResolutionRequest ToRequest(ResolutionTarget target) =>
        new()
        {
            Requirements = [.. Roots.Select(text => new RootRequirement(Requirement.Parse(text)))],
            Target = target,
        };

    public override string ToString() =>
        $"request: {string.Join(", ", Roots)}\n" + string.Join('\n', Versions.Select(version => Describe(version)));

    private static FakeVersion RandomVersion(
        Random random,
        string name,
        string version,
        string[] names,
        string[] markers
    )
    {
        string[] Requirements(int maximum) =>
            [
                .. Enumerable
                    .Range(0, random.Next(maximum + 1))
                    .Select(_ => names[random.Next(names.Length)])
                    .Where(other => other != name)
                    .Select(other => RandomRequirement(random, other, markers)),
            ];

        return new FakeVersion(name, version)
        {
            Requires = Requirements(2),
            Extras = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["x"] = Requirements(2),
                ["y"] = random.Next(4) == 0 ? [$"{name}[x]"] : [],
            },
            IsYanked = random.Next(10) == 0,
        };
    }

    private static string RandomRequirement(Random random, string name, string[] markers)
    {
        var extra = random.Next(4) switch
        {
            0 => "[x]",
            1 when random.Next(2) == 0 => "[y]",
            _ => "",
        };
        var marker = markers.Length > 0 && random.Next(3) == 0 ? $" ; {markers[random.Next(markers.Length)]}" : "";
        return $"{name}{extra}{Ranges[random.Next(Ranges.Length)]}{marker}";
    }

    private static string Describe(FakeVersion version) =>
        $"{version.Name} {version.Version}{(version.IsYanked ? " (yanked)" : "")}: {string.Join(", ", version.Requires)}"
        + string.Concat(version.Extras.Select(extra => $" [{extra.Key}: {string.Join(", ", extra.Value)}]"));
}
