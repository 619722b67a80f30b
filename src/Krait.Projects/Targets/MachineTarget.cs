using Krait.Environments.Interpreters;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Projects.Targets;

/// <summary>The machine that packages are chosen for: the one with the interpreter, or another that the user describes.</summary>
/// <param name="Markers">The values of its environment markers.</param>
/// <param name="Tags">The wheels that it can load.</param>
/// <param name="Python">The Python release that `Requires-Python` is compared with; without its patch release where the user leaves that open.</param>
public sealed record MachineTarget(MarkerEnvironment Markers, TagSet Tags, Version Python)
{
    /// <summary>The machine as the resolver knows it.</summary>
    public ResolutionTarget.Specific ToSpecific() => new(Markers, Tags, Python);

    /// <summary>Describes the machine.</summary>
    /// <param name="interpreter">What is true where nothing else is said.</param>
    /// <param name="options">What is said.</param>
    /// <exception cref="KraitException">Some of it cannot be read (unusable input).</exception>
    public static MachineTarget Create(Interpreter interpreter, TargetOptions options)
    {
        var markers = interpreter.Markers;
        if (options.IsEmpty)
            return new MachineTarget(markers, interpreter.Tags, markers.ParsedPythonFullVersion.OnlyRelease());
        var platforms = (IReadOnlyList<string>)interpreter.Tags.Platforms;
        if (options.Platform is { } name)
        {
            if (!TargetPlatform.TryParse(name, options.Limits, out var other, out var error))
                throw new KraitException(error) { Kind = FailureKind.UnusableInput };
            markers = other.Describe(markers);
            platforms = other.Platforms;
        }

        if (!options.PlatformTags.IsEmpty)
        {
            platforms =
            [
                .. options.PlatformTags.SelectMany(PlatformTagExpansion.Expand).Distinct(StringComparer.Ordinal),
            ];
            markers = PlatformTagExpansion.Describe(options.PlatformTags[0], markers);
        }

        var (major, minor) = (interpreter.Major, interpreter.Minor);
        var python = markers.ParsedPythonFullVersion.OnlyRelease();
        if (options.PythonVersion is { } text)
        {
            var version = ParseVersion(text);
            (major, minor) = (version.Major, version.Minor);
            python = version.Stated.OnlyRelease();
            markers = markers with
            {
                PythonVersion = $"{major}.{minor}",
                PythonFullVersion = version.Full,
                ImplementationVersion = version.Full,
            };
        }

        var tags = TagsOf(interpreter, options, major, minor, platforms);
        return new MachineTarget(markers, tags, python);
    }

    private static TagSet TagsOf(
        Interpreter interpreter,
        TargetOptions options,
        int major,
        int minor,
        IReadOnlyList<string> platforms
    )
    {
        var isCPython = string.Equals(interpreter.Implementation, "cpython", StringComparison.OrdinalIgnoreCase);
        var implementation = options.Implementation ?? (isCPython ? "cp" : "pp");
        if (options.Abis.IsEmpty && options.Implementation is null)
        {
            return TagSet.ForInterpreter(
                interpreter.Implementation,
                major,
                minor,
                interpreter.IsGilDisabled,
                interpreter.IsDebug,
                interpreter.Soabi,
                platforms
            );
        }

        return implementation switch
        {
            "cp" => TagSet.ForCPython(
                major,
                minor,
                options.Abis.IsEmpty
                    ? TagSet.CPythonAbis(major, minor, interpreter.IsGilDisabled, interpreter.IsDebug)
                    : options.Abis,
                platforms
            ),
            _ => TagSet.ForOther(
                implementation.Length > 2 ? implementation : $"{implementation}{major}{minor}",
                implementation is "pp" ? $"pp{major}" : null,
                major,
                minor,
                options.Abis.IsEmpty ? ["none"] : options.Abis,
                platforms
            ),
        };
    }

    /// <summary>Reads `3`, `3.12`, `312`, `3.12.1` or a pre-release of one; a missing micro version is 0.</summary>
    private static (int Major, int Minor, string Full, Version Stated) ParseVersion(string text)
    {
        if (text.Length is 2 or 3 && text.All(char.IsAsciiDigit) && text[0] is '2' or '3')
            text = $"{text[0]}.{text[1..]}";
        if (
            Version.TryParse(text, out var version, out _)
            && version.Epoch == 0
            && !version.Release.IsEmpty
            && version.Release[0] is >= 2 and < 100
        )
        {
            var (major, minor) = ((int)version.Release[0], version.Release.Length > 1 ? (int)version.Release[1] : 0);
            var full = version.Release.Length < 3 && !version.IsPrerelease ? $"{major}.{minor}.0" : version.ToString();
            return (major, minor, full, version.Release.Length < 2 ? Version.Parse($"{major}.{minor}") : version);
        }

        throw new KraitException(
            new Diagnostic("invalid-python-version", $"`{text}` is not a version of Python")
            {
                Hints = ["Write it as `3.12` or `3.12.4`"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }
}
