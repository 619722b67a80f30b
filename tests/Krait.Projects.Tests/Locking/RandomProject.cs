using System.Text;
using Krait.Testing;

namespace Krait.Projects.Tests.Locking;

/// <summary>A project with random requirements on a random index, and random edits of it; the same for the same seed.</summary>
internal sealed class RandomProject
{
    private const int PackageCount = 16;
    private static readonly string[] Units = ["project", "fast", "slow", "dev", "docs"];
    private static readonly string[] Markers = ["", "", "", "; sys_platform == 'win32'", "; python_version < '3.11'"];
    private readonly Random random;
    private readonly int[] versions = new int[PackageCount];
    private readonly SortedDictionary<string, List<string>> requirements = new(StringComparer.Ordinal);

    /// <summary>Publishes the packages: each requires some of those after it.</summary>
    public RandomProject(int seed, FakeIndex index)
    {
        random = new Random(seed);
        Prefix = $"s{seed}-";
        foreach (var unit in Units)
            requirements.Add(unit, []);
        for (var number = 0; number < PackageCount; number++)
            versions[number] = random.Next(1, 6);
        for (var number = 0; number < PackageCount; number++)
        {
            for (var version = 1; version <= versions[number]; version++)
            {
                var after = Enumerable.Range(number + 1, PackageCount - number - 1).ToArray();
                random.Shuffle(after);
                var requires = after.Take(random.Next(0, 4)).Select(RandomRequirement).ToArray();
                index.Add($"{Prefix}p{number}", $"{version}.0", requires);
            }
        }

        for (var i = 0; i < 4; i++)
            Edit();
    }

    /// <summary>What the names of its packages begin with.</summary>
    public string Prefix { get; }

    /// <summary>What it requires, whatever the order, and how often.</summary>
    public string Meaning =>
        string.Join(
            '\n',
            requirements.Select(pair =>
                $"{pair.Key}: {string.Join(", ", pair.Value.Distinct().Order(StringComparer.Ordinal))}"
            )
        );

    /// <summary>What it requires now.</summary>
    public string Manifest(string more = "")
    {
        var text = new StringBuilder("[project]\nname = 'demo'\nversion = '1'\nrequires-python = '>=3.9'\n");
        text.Append("dependencies = ").Append(Lines("project")).Append("[project.optional-dependencies]\n");
        text.Append("fast = ").Append(Lines("fast")).Append("slow = ").Append(Lines("slow"));
        text.Append("[dependency-groups]\ndev = ").Append(Lines("dev")).Append("docs = ").Append(Lines("docs"));
        return text.Append(more).ToString();
    }

    /// <summary>Adds a requirement, removes one, or changes its bounds; what is returned undoes it.</summary>
    public Action Edit()
    {
        var list = requirements[Units[random.Next(Units.Length)]];
        var before = list.ToArray();
        var kind = list.Count == 0 ? 0 : random.Next(3);
        if (kind == 0)
            list.Add(RandomRequirement(random.Next(PackageCount)));
        else if (kind == 1)
            list.RemoveAt(random.Next(list.Count));
        else
            Rebound(list, random.Next(list.Count));
        return () =>
        {
            list.Clear();
            list.AddRange(before);
        };
    }

    private void Rebound(List<string> list, int at)
    {
        var name = list[at].Split(' ', 2)[0];
        list[at] = RandomRequirement(int.Parse(name[(Prefix.Length + 1)..], null));
    }

    private string RandomRequirement(int package)
    {
        var version = random.Next(1, versions[package] + 1);
        var bound = random.Next(6) switch
        {
            0 or 1 => $">={version}",
            2 => $"<={version}",
            3 => $"=={version}.*",
            _ => "",
        };
        return $"{Prefix}p{package} {bound} {Markers[random.Next(Markers.Length)]}".TrimEnd();
    }

    private string Lines(string unit) => $"[{string.Join(", ", requirements[unit].Select(one => $"\"{one}\""))}]\n";
}
