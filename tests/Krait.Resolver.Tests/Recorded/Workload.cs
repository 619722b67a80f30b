using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;
using Krait.Resolver.Python;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>A recorded answer: what was asked, for which Python, in which mode.</summary>
internal sealed record Workload(string Name, string Python, string Mode)
{
    public static IEnumerable<Workload> All()
    {
        var folder = Path.Combine(RecordedIndex.SharedFolder, "pypi", "expected");
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            var words = Path.GetFileName(file)[..^4].Split("-3.");
            var rest = words[1].Split('-', 2);
            var workload = new Workload(words[0], "3." + rest[0], rest.Length > 1 ? rest[1] : "");
            // Those need builds to be known.
            if (!workload.Name.StartsWith("sdist", StringComparison.Ordinal) && workload.Name != "celery-2018")
                yield return workload;
        }
    }

    public string[] Expected() =>
        File.ReadAllLines(Path.Combine(RecordedIndex.SharedFolder, "pypi", "expected", $"{this}.txt"));

    public ResolutionRequest ToRequest()
    {
        var lines = File.ReadAllLines(Path.Combine(RecordedIndex.SharedFolder, "pypi", "workloads", $"{Name}.in"));
        var isLowest = Mode.StartsWith("lowest", StringComparison.Ordinal);
        return new ResolutionRequest
        {
            Requirements =
            [
                .. lines
                    .Select(line => line.Trim())
                    .Where(line => line.Length > 0 && line[0] is not ('#' or '-'))
                    .Select(line => new RootRequirement(Requirement.Parse(line), $"{Name}.in")),
            ],
            Target = TargetOf(Python, Mode == "universal"),
            Mode = Mode switch
            {
                "lowest" => ResolutionMode.Lowest,
                "lowest-direct" => ResolutionMode.LowestDirect,
                _ => ResolutionMode.Highest,
            },
            Files = new FilePolicy { NoBuild = isLowest },
        };
    }

    public static ResolutionTarget TargetOf(string python, bool isUniversal) =>
        isUniversal
            ? new ResolutionTarget.Universal(SpecifierSet.Parse($">={python}"))
            : new ResolutionTarget.Specific(Linux(python), TagsOf(python), Version.Parse(python));

    public override string ToString() => Mode.Length == 0 ? $"{Name}-{Python}" : $"{Name}-{Python}-{Mode}";

    private static MarkerEnvironment Linux(string python) =>
        new()
        {
            ImplementationName = "cpython",
            ImplementationVersion = $"{python}.0",
            OsName = "posix",
            PlatformMachine = "x86_64",
            PlatformPythonImplementation = "CPython",
            PlatformRelease = "6.0",
            PlatformSystem = "Linux",
            PlatformVersion = "1",
            PythonFullVersion = $"{python}.0",
            PythonVersion = python,
            SysPlatform = "linux",
        };

    private static TagSet TagsOf(string python)
    {
        var minor = int.Parse(python[2..]);
        return TagSet.ForCPython(
            3,
            minor,
            TagSet.CPythonAbis(3, minor, isFreeThreaded: false, isDebug: false),
            PlatformTags.Manylinux(2, 36, "x86_64")
        );
    }
}
