using Krait.Packaging.Versions;

namespace Krait.EndToEnd.Universal;

/// <summary>
/// Judges a compiled file the way an installer would use it: in one environment after the other, with markers evaluated there and
/// metadata as the index has it. Shares nothing with the resolver but what a version and a specifier are.
/// </summary>
/// <param name="releases">What the index says of a version; null where it does not have it.</param>
internal sealed class AnswerCheck(Func<string, Version, Release?> releases)
{
    private readonly Dictionary<(string, Version), Release?> known = [];

    /// <summary>A pinned line.</summary>
    private sealed record Pin(string Name, Version Version, PlainMarker Marker, string Line);

    /// <summary>What is wrong with an answer, in words; empty when it is right in every environment.</summary>
    public IReadOnlyCollection<string> Problems(
        IEnumerable<string> request,
        IEnumerable<string> answer,
        IEnumerable<PlainEnvironment> environments
    )
    {
        var roots = request.Where(IsRequirement).Select(PlainRequirement.Parse).ToList();
        var pins = answer.Where(IsRequirement).Select(ReadPin).ToList();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var environment in environments)
        {
            // The first environment of each problem is enough to find it.
            foreach (var problem in ProblemsIn(environment, roots, pins))
                problems.TryAdd(problem, environment.ToString());
        }

        return [.. problems.Select(problem => $"{problem.Key} ({problem.Value})")];
    }

    private List<string> ProblemsIn(PlainEnvironment environment, List<PlainRequirement> roots, List<Pin> pins)
    {
        var problems = new List<string>();
        var chosen = new Dictionary<string, Pin>(StringComparer.Ordinal);
        foreach (var pin in pins.Where(pin => pin.Marker.Holds(environment)))
        {
            if (!chosen.TryAdd(pin.Name, pin))
                problems.Add($"{chosen[pin.Name].Line} and {pin.Line} hold at once");
        }

        var needed = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<(string Name, string Extra)>();
        var waiting = new Queue<(string Asker, PlainRequirement Requirement)>(
            roots.Where(root => root.Marker.Holds(environment)).Select(root => ("the request", root))
        );
        while (waiting.TryDequeue(out var next))
        {
            var (asker, requirement) = next;
            if (!chosen.TryGetValue(requirement.Name, out var pin))
            {
                problems.Add($"{asker} asks for {requirement}, and nothing is pinned");
                continue;
            }

            if (!requirement.Specifiers.Contains(pin.Version))
                problems.Add($"{asker} asks for {requirement}, and {pin.Version} is pinned");
            needed.Add(pin.Name);
            if (ReleaseOf(pin) is not { } release)
            {
                problems.Add($"the index has no metadata of {pin.Name} {pin.Version}");
                continue;
            }

            if (seen.Add((pin.Name, "")))
                problems.AddRange(ProblemsOf(pin, release, environment, requirement));
            foreach (var extra in requirement.Extras.Prepend("").Where(extra => seen.Add((pin.Name, extra + "!"))))
            {
                foreach (var dependency in release.Requires.Where(d => d.Marker.Holds(environment, extra)))
                    waiting.Enqueue(($"{pin.Name} {pin.Version}", dependency));
            }
        }

        problems.AddRange(
            chosen.Values.Where(pin => !needed.Contains(pin.Name)).Select(p => $"nothing asks for {p.Line}")
        );
        return problems;
    }

    private static IEnumerable<string> ProblemsOf(
        Pin pin,
        Release release,
        PlainEnvironment environment,
        PlainRequirement requirement
    )
    {
        // Only a lower bound excludes Pythons; `docs/solver.md` says why.
        var bounds = release.RequiresPython.Clauses.Where(clause =>
            clause.Operator
                is SpecifierOperator.Greater
                    or SpecifierOperator.GreaterEqual
                    or SpecifierOperator.Compatible
        );
        if (!bounds.All(clause => clause.Matches(environment["python_full_version"])))
            yield return $"{pin.Name} {pin.Version} needs Python {release.RequiresPython}";
        if (release.IsYanked && !requirement.Specifiers.IsExactPin)
            yield return $"{pin.Name} {pin.Version} is yanked";
    }

    private Release? ReleaseOf(Pin pin)
    {
        if (!known.TryGetValue((pin.Name, pin.Version), out var release))
            known.Add((pin.Name, pin.Version), release = releases(pin.Name, pin.Version));
        return release;
    }

    private static Pin ReadPin(string line)
    {
        var requirement = PlainRequirement.Parse(line);
        return requirement.Specifiers is { IsExactPin: true, Clauses: [{ Version: { } version }] }
            ? new Pin(requirement.Name, version, requirement.Marker, requirement.Text)
            : throw new FormatException($"`{line}` does not pin a version");
    }

    private static bool IsRequirement(string line) => line.Trim() is [not ('#' or '-'), ..];
}
