using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;
using Krait.Protocol.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Server.Tests.Resolving;

/// <summary>Requests for resolutions in a line.</summary>
internal static class Questions
{
    public static ResolutionTarget Linux { get; } =
        Specific("3.12", "linux", "posix", "Linux", PlatformTags.Manylinux(2, 28, "x86_64"));

    public static ResolutionTarget OldLinux { get; } =
        Specific("3.9", "linux", "posix", "Linux", PlatformTags.Manylinux(2, 17, "x86_64"));

    public static ResolutionTarget Windows { get; } =
        Specific("3.13", "win32", "nt", "Windows", PlatformTags.Windows("amd64"));

    public static ResolutionTarget Everything { get; } =
        new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.9"))
        {
            Environments = [Marker.Parse("sys_platform == 'linux'"), Marker.Parse("sys_platform == 'win32'")],
        };

    public static ResolutionRequest Request(ResolutionTarget target, params IEnumerable<string> requirements) =>
        new()
        {
            Requirements = [.. requirements.Select(text => new RootRequirement(Requirement.Parse(text)))],
            Target = target,
        };

    public static ResolveQuery Query(params IEnumerable<string> requirements) => new(Request(Linux, requirements));

    private static ResolutionTarget.Specific Specific(
        string python,
        string platform,
        string os,
        string system,
        IReadOnlyList<string> tags
    )
    {
        var minor = int.Parse(python.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
        return new ResolutionTarget.Specific(
            new MarkerEnvironment
            {
                ImplementationName = "cpython",
                ImplementationVersion = python + ".1",
                OsName = os,
                PlatformMachine = "x86_64",
                PlatformPythonImplementation = "CPython",
                PlatformRelease = "6.1.0",
                PlatformSystem = system,
                PlatformVersion = "#1 SMP",
                PythonFullVersion = python + ".1",
                PythonVersion = python,
                SysPlatform = platform,
            },
            TagSet.ForCPython(3, minor, [$"cp3{minor}"], tags),
            Version.Parse(python + ".1")
        );
    }
}
