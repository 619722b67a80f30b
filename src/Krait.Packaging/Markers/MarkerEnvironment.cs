using System.Diagnostics.CodeAnalysis;

namespace Krait.Packaging.Markers;

/// <summary>What markers are evaluated against (dependency specifiers specification): the eleven facts about an interpreter.</summary>
public sealed record MarkerEnvironment
{
    private Version? pythonFullVersion;
    private Version? pythonVersion;
    private Version? implementationVersion;

    /// <summary>An environment of yet unset variables.</summary>
    public MarkerEnvironment() { }

    /// <summary>A copy, for `with`: what was parsed from the values is left behind, as values are about to change.</summary>
    [SetsRequiredMembers]
    private MarkerEnvironment(MarkerEnvironment other)
    {
        ImplementationName = other.ImplementationName;
        ImplementationVersion = other.ImplementationVersion;
        OsName = other.OsName;
        PlatformMachine = other.PlatformMachine;
        PlatformPythonImplementation = other.PlatformPythonImplementation;
        PlatformRelease = other.PlatformRelease;
        PlatformSystem = other.PlatformSystem;
        PlatformVersion = other.PlatformVersion;
        PythonFullVersion = other.PythonFullVersion;
        PythonVersion = other.PythonVersion;
        SysPlatform = other.SysPlatform;
    }

    /// <summary>`sys.implementation.name` (`cpython`).</summary>
    public string ImplementationName { get; init; } = "";

    /// <summary>The implementation's version (`3.12.1`; `7.3.13` for PyPy).</summary>
    public string ImplementationVersion { get; init; } = "";

    /// <summary>`os.name` (`posix`, `nt`).</summary>
    public string OsName { get; init; } = "";

    /// <summary>`platform.machine()` (`x86_64`).</summary>
    public string PlatformMachine { get; init; } = "";

    /// <summary>`platform.python_implementation()` (`CPython`).</summary>
    public string PlatformPythonImplementation { get; init; } = "";

    /// <summary>`platform.release()`.</summary>
    public string PlatformRelease { get; init; } = "";

    /// <summary>`platform.system()` (`Linux`).</summary>
    public string PlatformSystem { get; init; } = "";

    /// <summary>`platform.version()`.</summary>
    public string PlatformVersion { get; init; } = "";

    /// <summary>`platform.python_version()` (`3.12.1`).</summary>
    public required string PythonFullVersion { get; init; }

    /// <summary>The first two numbers of the Python version (`3.12`).</summary>
    public required string PythonVersion { get; init; }

    /// <summary>`sys.platform` (`linux`).</summary>
    public string SysPlatform { get; init; } = "";

    /// <summary>The full Python version, parsed; 0 where it is not a version.</summary>
    public Version ParsedPythonFullVersion => pythonFullVersion ??= ParseOrZero(RepairedPythonFullVersion);

    /// <summary>The first two numbers of the Python version, parsed; 0 where it is not a version.</summary>
    public Version ParsedPythonVersion => pythonVersion ??= ParseOrZero(PythonVersion);

    /// <summary>The implementation's version, parsed; 0 where it is not a version.</summary>
    public Version ParsedImplementationVersion => implementationVersion ??= ParseOrZero(ImplementationVersion);

    /// <summary>A Python built from an untagged commit calls itself `3.14.0a1+`, which is not a version.</summary>
    internal string RepairedPythonFullVersion =>
        PythonFullVersion.EndsWith('+') ? $"{PythonFullVersion}local" : PythonFullVersion;

    /// <summary>Reads an environment from its variables by name; those that are missing are empty.</summary>
    public static MarkerEnvironment FromDictionary(IReadOnlyDictionary<string, string> variables)
    {
        string Get(MarkerKey key) => variables.TryGetValue(key.ToName(), out var value) ? value : "";
        return new MarkerEnvironment
        {
            ImplementationName = Get(MarkerKey.ImplementationName),
            ImplementationVersion = Get(MarkerKey.ImplementationVersion),
            OsName = Get(MarkerKey.OsName),
            PlatformMachine = Get(MarkerKey.PlatformMachine),
            PlatformPythonImplementation = Get(MarkerKey.PlatformPythonImplementation),
            PlatformRelease = Get(MarkerKey.PlatformRelease),
            PlatformSystem = Get(MarkerKey.PlatformSystem),
            PlatformVersion = Get(MarkerKey.PlatformVersion),
            PythonFullVersion = Get(MarkerKey.PythonFullVersion),
            PythonVersion = Get(MarkerKey.PythonVersion),
            SysPlatform = Get(MarkerKey.SysPlatform),
        };
    }

    /// <summary>The value of a variable; empty for those that are not about the interpreter.</summary>
    public string ValueOf(MarkerKey key) =>
        key switch
        {
            MarkerKey.ImplementationName => ImplementationName,
            MarkerKey.ImplementationVersion => ImplementationVersion,
            MarkerKey.OsName => OsName,
            MarkerKey.PlatformMachine => PlatformMachine,
            MarkerKey.PlatformPythonImplementation => PlatformPythonImplementation,
            MarkerKey.PlatformRelease => PlatformRelease,
            MarkerKey.PlatformSystem => PlatformSystem,
            MarkerKey.PlatformVersion => PlatformVersion,
            MarkerKey.PythonFullVersion => RepairedPythonFullVersion,
            MarkerKey.PythonVersion => PythonVersion,
            MarkerKey.SysPlatform => SysPlatform,
            _ => "",
        };

    /// <summary>Equality of the eleven values; what was parsed from them does not count.</summary>
    public bool Equals(MarkerEnvironment? other)
    {
        if (other is null)
            return false;
        for (var key = MarkerKey.ImplementationVersion; key <= MarkerKey.SysPlatform; key++)
        {
            if (!string.Equals(ValueOf(key), other.ValueOf(key), StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    public override int GetHashCode() =>
        HashCode.Combine(PythonFullVersion, ImplementationName, SysPlatform, PlatformMachine, PlatformRelease);

    private static Version ParseOrZero(string text) =>
        Version.TryParse(text, out var version) ? version : Version.FromRelease(0);
}
