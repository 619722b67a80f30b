using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;
using Krait.Protocol.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Tests.Fakes;

/// <summary>Requests in a line.</summary>
internal static class Questions
{
    public static ResolutionTarget Linux { get; } =
        new ResolutionTarget.Specific(
            new MarkerEnvironment
            {
                ImplementationName = "cpython",
                ImplementationVersion = "3.12.1",
                OsName = "posix",
                PlatformMachine = "x86_64",
                PlatformPythonImplementation = "CPython",
                PlatformRelease = "6.1.0",
                PlatformSystem = "Linux",
                PlatformVersion = "#1 SMP",
                PythonFullVersion = "3.12.1",
                PythonVersion = "3.12",
                SysPlatform = "linux",
            },
            TagSet.ForCPython(3, 12, ["cp312"], PlatformTags.Manylinux(2, 28, "x86_64")),
            Version.Parse("3.12.1")
        );

    public static ResolutionTarget Everything { get; } =
        new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.9"))
        {
            Environments = [Marker.Parse("sys_platform == 'linux'"), Marker.Parse("sys_platform == 'win32'")],
        };

    public static ResolutionRequest Request(params string[] requirements) =>
        new()
        {
            Requirements = [.. requirements.Select(text => new RootRequirement(Requirement.Parse(text)))],
            Target = Linux,
        };

    public static ResolveQuery Query(params string[] requirements) => new(Request(requirements));
}
