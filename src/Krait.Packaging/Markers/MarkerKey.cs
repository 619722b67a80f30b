namespace Krait.Packaging.Markers;

/// <summary>The variables of environment markers (dependency specifiers specification, PEP 751), in the order in which conditions are printed.</summary>
public enum MarkerKey
{
    /// <summary>`implementation_version`, compared as a version.</summary>
    ImplementationVersion,

    /// <summary>`python_full_version`, compared as a version.</summary>
    PythonFullVersion,

    /// <summary>`python_version`: the first two numbers of `python_full_version`.</summary>
    PythonVersion,

    /// <summary>`implementation_name`.</summary>
    ImplementationName,

    /// <summary>`os_name`.</summary>
    OsName,

    /// <summary>`platform_machine`.</summary>
    PlatformMachine,

    /// <summary>`platform_python_implementation`.</summary>
    PlatformPythonImplementation,

    /// <summary>`platform_release`, compared as a version where it is one.</summary>
    PlatformRelease,

    /// <summary>`platform_system`.</summary>
    PlatformSystem,

    /// <summary>`platform_version`.</summary>
    PlatformVersion,

    /// <summary>`sys_platform`.</summary>
    SysPlatform,

    /// <summary>`extra`: the extra that is being installed.</summary>
    Extra,

    /// <summary>`extras`: the set of extras chosen from a lock file.</summary>
    Extras,

    /// <summary>`dependency_groups`: the set of groups chosen from a lock file.</summary>
    DependencyGroups,
}

/// <summary>The spelling of marker variables, and what they hold.</summary>
public static class MarkerKeys
{
    /// <summary>The variable as it is printed.</summary>
    public static string ToName(this MarkerKey key) =>
        key switch
        {
            MarkerKey.ImplementationVersion => "implementation_version",
            MarkerKey.PythonFullVersion => "python_full_version",
            MarkerKey.PythonVersion => "python_version",
            MarkerKey.ImplementationName => "implementation_name",
            MarkerKey.OsName => "os_name",
            MarkerKey.PlatformMachine => "platform_machine",
            MarkerKey.PlatformPythonImplementation => "platform_python_implementation",
            MarkerKey.PlatformRelease => "platform_release",
            MarkerKey.PlatformSystem => "platform_system",
            MarkerKey.PlatformVersion => "platform_version",
            MarkerKey.SysPlatform => "sys_platform",
            MarkerKey.Extra => "extra",
            MarkerKey.Extras => "extras",
            _ => "dependency_groups",
        };

    /// <summary>Whether the variable is compared as a version where both sides are one.</summary>
    internal static bool IsVersion(this MarkerKey key) =>
        key
            is MarkerKey.ImplementationVersion
                or MarkerKey.PythonFullVersion
                or MarkerKey.PythonVersion
                or MarkerKey.PlatformRelease;

    /// <summary>Whether the variable holds a set of names.</summary>
    internal static bool IsSet(this MarkerKey key) => key is MarkerKey.Extras or MarkerKey.DependencyGroups;

    /// <summary>The variable of a name, older spellings included (`os.name`, `python_implementation`).</summary>
    internal static MarkerKey? Find(ReadOnlySpan<char> name) =>
        name switch
        {
            "python_version" => MarkerKey.PythonVersion,
            "python_full_version" => MarkerKey.PythonFullVersion,
            "os_name" or "os.name" => MarkerKey.OsName,
            "sys_platform" or "sys.platform" => MarkerKey.SysPlatform,
            "platform_release" => MarkerKey.PlatformRelease,
            "platform_system" => MarkerKey.PlatformSystem,
            "platform_version" or "platform.version" => MarkerKey.PlatformVersion,
            "platform_machine" or "platform.machine" => MarkerKey.PlatformMachine,
            "platform_python_implementation" or "platform.python_implementation" or "python_implementation" =>
                MarkerKey.PlatformPythonImplementation,
            "implementation_name" => MarkerKey.ImplementationName,
            "implementation_version" => MarkerKey.ImplementationVersion,
            "extra" => MarkerKey.Extra,
            "extras" => MarkerKey.Extras,
            "dependency_groups" => MarkerKey.DependencyGroups,
            _ => null,
        };
}
