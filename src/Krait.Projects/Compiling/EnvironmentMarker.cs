using Krait.Packaging.Markers;

namespace Krait.Projects.Compiling;

/// <summary>Writes one environment as a marker, for files that say where their pins hold.</summary>
public static class EnvironmentMarker
{
    /// <summary>The marker that this environment satisfies and no other that could need other pins.</summary>
    public static Marker Of(MarkerEnvironment environment)
    {
        (string Name, string Value)[] parts =
        [
            ("python_full_version", environment.PythonFullVersion),
            ("implementation_name", environment.ImplementationName),
            ("platform_machine", environment.PlatformMachine),
            ("platform_python_implementation", environment.PlatformPythonImplementation),
            ("platform_system", environment.PlatformSystem),
            ("sys_platform", environment.SysPlatform),
        ];
        return parts
            .Where(part => part.Value.Length > 0)
            .Select(part => Marker.Parse($"{part.Name} == '{part.Value}'"))
            .Aggregate(Marker.True, (all, part) => all.And(part));
    }
}
