using System.Globalization;
using Krait.Environments.Interpreters;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;

namespace Krait.Projects.Targets;

/// <summary>What an interpreter means for choosing files: the values of its markers and the wheels that it can load.</summary>
public static class InterpreterTarget
{
    /// <summary>The values of the environment markers (PEP 508).</summary>
    public static MarkerEnvironment MarkersOf(Interpreter interpreter) =>
        MarkerEnvironment.FromDictionary(interpreter.MarkerValues);

    /// <summary>The tags of the wheels that it can load, best first.</summary>
    public static TagSet TagsOf(Interpreter interpreter) =>
        TagSet.ForInterpreter(
            interpreter.Implementation,
            interpreter.Major,
            interpreter.Minor,
            interpreter.IsGilDisabled,
            interpreter.IsDebug,
            interpreter.Soabi,
            PlatformsOf(interpreter)
        );

    /// <summary>The platforms of the wheels that it can load, best first.</summary>
    public static IReadOnlyList<string> PlatformsOf(Interpreter interpreter)
    {
        // `linux-x86_64`, `macosx-11.0-arm64`, `win-amd64`
        var platform = interpreter.Platform;
        var architecture = platform[(platform.LastIndexOf('-') + 1)..];
        if (platform.StartsWith("linux-", StringComparison.Ordinal))
            return LinuxPlatforms(interpreter, Architecture(interpreter, architecture));
        if (!platform.StartsWith("macosx-", StringComparison.Ordinal))
            return PlatformTags.Other(platform);
        var (major, minor) = Numbers(interpreter.MacVersion);
        return PlatformTags.MacOs(major, minor, architecture);
    }

    /// <summary>A 32-bit interpreter on a 64-bit kernel loads 32-bit wheels.</summary>
    private static string Architecture(Interpreter interpreter, string kernel) =>
        (interpreter.PointerSize, kernel) switch
        {
            (4, "x86_64") => "i686",
            (4, "aarch64") => "armv7l",
            _ => kernel,
        };

    private static IReadOnlyList<string> LinuxPlatforms(Interpreter interpreter, string architecture)
    {
        if (interpreter.LibcVersion is null)
            return [$"linux_{architecture}"];
        var (major, minor) = Numbers(interpreter.LibcVersion);
        return interpreter.LibcName is "musl"
            ? PlatformTags.Musllinux(major, minor, architecture)
            : PlatformTags.Manylinux(major, minor, architecture);
    }

    private static (int Major, int Minor) Numbers(string version)
    {
        var parts = version.Split('.');
        return (Number(parts, 0), Number(parts, 1));
    }

    private static int Number(string[] parts, int index) =>
        index < parts.Length
        && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
