using Krait.Environments.Interpreters;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;

namespace Krait.Projects.Targets;

/// <summary>The machine that packages are chosen for: the one with the interpreter, or another that the user describes.</summary>
/// <param name="Markers">The values of its environment markers.</param>
/// <param name="Tags">The wheels that it can load.</param>
/// <param name="Python">The Python release that `Requires-Python` is compared with.</param>
public sealed record MachineTarget(MarkerEnvironment Markers, TagSet Tags, Version Python)
{
    /// <summary>Describes the machine.</summary>
    /// <param name="interpreter">What is true where nothing else is said.</param>
    /// <param name="pythonVersion">Another version of Python (`3.12`, `3.12.1`); null for the interpreter's own.</param>
    /// <param name="platform">Another platform (`linux`, `aarch64-apple-darwin`); null for the interpreter's own.</param>
    /// <exception cref="KraitException">One of them cannot be read (exit code 2).</exception>
    public static MachineTarget Create(Interpreter interpreter, string? pythonVersion, string? platform)
    {
        var markers = interpreter.Markers;
        var platforms = (IReadOnlyList<string>)interpreter.Tags.Platforms;
        if (platform is not null)
        {
            var other = TargetPlatform.Parse(platform);
            markers = other.Apply(markers);
            platforms = other.Tags;
        }
        if (pythonVersion is null && platform is null)
            return new MachineTarget(markers, interpreter.Tags, markers.ParsedPythonFullVersion.OnlyRelease());
        var (major, minor) = (interpreter.Major, interpreter.Minor);
        if (pythonVersion is not null)
        {
            var version = ParseVersion(pythonVersion);
            (major, minor) = (version.Major, version.Minor);
            markers = markers with
            {
                PythonVersion = $"{major}.{minor}",
                PythonFullVersion = version.Full,
                ImplementationVersion = version.Full,
            };
        }
        var tags = TagSet.ForInterpreter(
            interpreter.Implementation,
            major,
            minor,
            interpreter.IsGilDisabled,
            interpreter.IsDebug,
            interpreter.Soabi,
            platforms
        );
        return new MachineTarget(markers, tags, markers.ParsedPythonFullVersion.OnlyRelease());
    }

    /// <summary>Reads `3`, `3.12`, `3.12.1` or a pre-release of one; a missing micro version is 0.</summary>
    private static (int Major, int Minor, string Full) ParseVersion(string text)
    {
        if (
            Version.TryParse(text, out var version, out _)
            && version.Epoch == 0
            && !version.Release.IsEmpty
            && version.Release[0] is >= 2 and < 100
        )
        {
            var (major, minor) = ((int)version.Release[0], version.Release.Length > 1 ? (int)version.Release[1] : 0);
            var full = version.Release.Length < 3 && !version.IsPrerelease ? $"{major}.{minor}.0" : version.ToString();
            return (major, minor, full);
        }
        throw new KraitException(
            new Diagnostic("invalid-python-version", $"`{text}` is not a version of Python")
            {
                Hints = ["Write it as `3.12` or `3.12.4`"],
            }
        )
        {
            ExitCode = 2,
        };
    }
}
