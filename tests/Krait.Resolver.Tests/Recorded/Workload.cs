using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>A recorded answer: what was asked, for which Python, in which mode.</summary>
internal sealed record Workload(string Name, string Python, string Mode)
{
    public static IEnumerable<Workload> All()
    {
        foreach (var file in Directory.GetFiles(RecordedIndex.Instance.Answers, "*.txt").Order(StringComparer.Ordinal))
        {
            var workload = Parse(Path.GetFileName(file)[..^4]);
            // Those need builds to be known.
            if (!workload.Name.StartsWith("sdist", StringComparison.Ordinal) && workload.Name != "celery-2018")
                yield return workload;
        }
    }

    /// <summary>Answers to other requests, in a folder of `NAME.in` and `NAME-PYTHON[-MODE].txt`.</summary>
    public static IEnumerable<Workload> In(string folder) =>
        Directory
            .GetFiles(folder, "*.txt")
            .Order(StringComparer.Ordinal)
            .Select(file => Parse(Path.GetFileName(file)[..^4]) with { Folder = folder });

    /// <summary>The folder of both files; null for the recording's own.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the recording on this machine holds it.</summary>
    public bool IsRecorded => File.Exists(Path.Combine(RecordedIndex.Instance.Answers, $"{this}.txt"));

    public string[] Expected() =>
        File.ReadAllLines(Path.Combine(Folder ?? RecordedIndex.Instance.Answers, $"{this}.txt"));

    public ResolutionRequest ToRequest()
    {
        var lines = File.ReadAllLines(Path.Combine(Folder ?? RecordedIndex.Instance.Requests, $"{Name}.in"));
        var isLowest = Mode.StartsWith("lowest", StringComparison.Ordinal);
        return new ResolutionRequest
        {
            Requirements =
            [
                .. lines
                    .Select(line => line.Trim())
                    .Where(line => line.Length > 0 && line[0] is not ('#' or '-'))
                    .Select(line => new RootRequirement(
                        Requirement.Parse(line),
                        new RequirementOrigin.InFile($"{Name}.in", Line: 0)
                    )),
            ],
            Target =
                Mode == "universal"
                    ? new ResolutionTarget.Universal(SpecifierSet.Parse($">={Python}"))
                    : TargetOf(Python, 36),
            Mode = Mode switch
            {
                "lowest" => ResolutionMode.Lowest,
                "lowest-direct" => ResolutionMode.LowestDirect,
                _ => ResolutionMode.Highest,
            },
            Files = new FilePolicy { NoBuild = isLowest || Folder is not null },
        };
    }

    /// <summary>The one of a name, as <see cref="ToString"/> gives it.</summary>
    public static Workload Parse(string name)
    {
        var words = name.Split("-3.");
        var rest = words[1].Split('-', 2);
        return new Workload(words[0], "3." + rest[0], rest.Length > 1 ? rest[1] : "");
    }

    public static ResolutionTarget TargetOf(string python, int glibcMinor) =>
        new ResolutionTarget.Specific(Linux(python), TagsOf(python, glibcMinor), Version.Parse(python));

    public override string ToString() => Mode.Length == 0 ? $"{Name}-{Python}" : $"{Name}-{Python}-{Mode}";

    private static MarkerEnvironment Linux(string python)
    {
        var numbers = python.Split('.');
        var full = numbers.Length > 2 ? python : $"{python}.0";
        return new MarkerEnvironment
        {
            ImplementationName = "cpython",
            ImplementationVersion = full,
            OsName = "posix",
            PlatformMachine = "x86_64",
            PlatformPythonImplementation = "CPython",
            PlatformRelease = "6.0",
            PlatformSystem = "Linux",
            PlatformVersion = "1",
            PythonFullVersion = full,
            PythonVersion = $"{numbers[0]}.{numbers[1]}",
            SysPlatform = "linux",
        };
    }

    private static TagSet TagsOf(string python, int glibcMinor)
    {
        var minor = int.Parse(python.Split('.')[1]);
        return TagSet.ForCPython(
            3,
            minor,
            TagSet.CPythonAbis(3, minor, isFreeThreaded: false, isDebug: false),
            PlatformTags.Manylinux(2, glibcMinor, "x86_64")
        );
    }
}
