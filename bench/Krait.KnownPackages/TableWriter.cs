using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.KnownPackages;

/// <summary>Writes the table: a line for each package, and for each extra that users or other packages are likely to ask for.</summary>
internal sealed class TableWriter
{
    private const int MostOfAnExtra = 12;

    /// <summary>Extras for the people who develop a package: nobody else asks for them.</summary>
    private static readonly string[] Private =
    [
        "dev",
        "test",
        "doc",
        "lint",
        "typing",
        "check",
        "cover",
        "type",
        "bench",
    ];

    private readonly List<PackageRequirements> packages = [];

    /// <summary>Adds a package; those added first stay where there is no room for all.</summary>
    public void Add(PackageRequirements package) => packages.Add(package);

    /// <summary>The text, no longer than so many bytes.</summary>
    public string Write(int limit)
    {
        var asked = packages
            .SelectMany(package => package.Extras.Values.Append(package.Base))
            .SelectMany(requirements => requirements)
            .SelectMany(requirement => requirement.Extras.Select(extra => (requirement.Name, extra)))
            .ToHashSet();
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var length = 0;
        foreach (var line in packages.SelectMany(package => LinesOf(package, asked)))
        {
            if (length + line.Length + 1 > limit)
                break;
            if (lines.Add(line))
                length += line.Length + 1;
        }

        // By their first word alone, as they are looked up: a space sorts before every letter of a name, so that whole lines do.
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<string> LinesOf(PackageRequirements package, HashSet<(PackageName, ExtraName)> asked)
    {
        if (package.Base.Count > 0)
            yield return Line(package.Name.Value, package.Base);
        foreach (var (extra, requirements) in package.Extras)
        {
            if (requirements.Count == 0)
                continue;
            var isPublic =
                requirements.Count <= MostOfAnExtra
                && !Array.Exists(Private, word => extra.Value.StartsWith(word, StringComparison.Ordinal));
            if (asked.Contains((package.Name, extra)) || isPublic)
                yield return Line($"{package.Name}[{extra}]", requirements);
        }
    }

    private static string Line(string key, IReadOnlyList<Requirement> requirements)
    {
        var line = new StringBuilder(key);
        foreach (var group in requirements.GroupBy(requirement => requirement.Name))
        {
            var extras = group
                .SelectMany(requirement => requirement.Extras)
                .Select(extra => extra.Value)
                .Distinct()
                .Order(StringComparer.Ordinal);
            line.Append(' ').Append(group.Key);
            if (string.Join(',', extras) is { Length: > 0 } list)
                line.Append('[').Append(list).Append(']');
        }

        return line.ToString();
    }
}
