using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>Tries everything: the truth about small universes in one environment.</summary>
internal sealed class Oracle
{
    private readonly Dictionary<string, List<(Version Version, FakeVersion Fake, CoreMetadata Metadata)>> versions;
    private readonly List<Requirement> roots;
    private readonly MarkerEnvironment environment;

    public Oracle(Universe universe, MarkerEnvironment environment)
    {
        this.environment = environment;
        roots = [.. universe.Roots.Select(Requirement.Parse)];
        versions = universe
            .Versions.GroupBy(version => version.Name, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.Select(fake => (Version.Parse(fake.Version), fake, Parse(fake))).ToList(),
                StringComparer.Ordinal
            );
    }

    /// <summary>Whether any choice of versions satisfies all requirements.</summary>
    public bool IsSolvable() => Search(new Dictionary<string, Version>(StringComparer.Ordinal));

    /// <summary>What is wrong with a choice of versions; null when it is right and nothing is unneeded.</summary>
    public string? Check(IReadOnlyDictionary<string, Version> chosen)
    {
        var (needed, problem) = Walk(chosen);
        if (problem is not null)
            return problem;
        return chosen.Keys.FirstOrDefault(name => !needed.Contains(name)) is { } unneeded
            ? $"{unneeded} is not needed"
            : null;
    }

    private bool Search(Dictionary<string, Version> chosen)
    {
        var (needed, problem) = Walk(chosen);
        if (problem is not null)
            return false;
        if (needed.FirstOrDefault(name => !chosen.ContainsKey(name)) is not { } next)
            return true;
        foreach (var (version, _, _) in versions.GetValueOrDefault(next, []).Where(candidate => MayUse(candidate.Fake)))
        {
            chosen[next] = version;
            if (Search(chosen))
                return true;
            chosen.Remove(next);
        }

        return false;
    }

    /// <summary>The names that are asked for, and the first violated requirement.</summary>
    private (HashSet<string> Needed, string? Problem) Walk(IReadOnlyDictionary<string, Version> chosen)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<(string, string)>();
        var queue = new Queue<Requirement>(roots.Where(root => root.Marker.Evaluate(environment)));
        while (queue.TryDequeue(out var requirement))
        {
            var name = requirement.Name.Value;
            needed.Add(name);
            if (!chosen.TryGetValue(name, out var version))
                continue;
            if (requirement.Specifiers is { } specifiers && !specifiers.Contains(version))
                return (needed, $"{requirement} is violated by {version}");
            var candidate = versions[name].Find(v => v.Version.Equals(version));
            if (!MayUse(candidate.Fake))
                return (needed, $"{name} {version} is yanked");
            foreach (var extra in requirement.Extras.Select(extra => extra.Value).Prepend(""))
            {
                if (!seen.Add((name, extra)))
                    continue;
                IEnumerable<ExtraName> extras = extra.Length == 0 ? [] : [ExtraName.Parse(extra)];
                var active = candidate.Metadata.RequiresDist.Where(d => d.Marker.Evaluate(environment, extras));
                foreach (var dependency in active)
                    queue.Enqueue(dependency);
            }
        }

        return (needed, Problem: null);
    }

    /// <summary>A yanked version may be used where the user pins it.</summary>
    private bool MayUse(FakeVersion fake) =>
        !fake.IsYanked
        || roots.Exists(root =>
            root.Name.Value == fake.Name
            && root.Specifiers is { IsExactPin: true } pin
            && pin.Contains(Version.Parse(fake.Version))
        );

    private static CoreMetadata Parse(FakeVersion fake) =>
        CoreMetadata.TryParse(System.Text.Encoding.UTF8.GetBytes(fake.MetadataText()), out var metadata, out var error)
            ? metadata
            : throw new InvalidDataException(error.Message);
}
