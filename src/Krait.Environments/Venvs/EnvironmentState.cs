using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;

namespace Krait.Environments.Venvs;

/// <summary>
/// What the interpreter of an environment was like when the environment was made, as lines of `pyvenv.cfg`: an environment whose interpreter
/// has become another one may hold modules that the new one cannot load.
/// </summary>
/// <param name="Executable">The program, links resolved.</param>
/// <param name="Build">Its version with when and how it was built.</param>
/// <param name="Flags">What its binary interface depends on beside its version.</param>
/// <param name="Platform">The system it is built for.</param>
public sealed record EnvironmentState(string Executable, string Build, string Flags, string Platform)
{
    private const string ExecutableKey = "base-executable";
    private const string BuildKey = "base-build";
    private const string FlagsKey = "base-flags";
    private const string PlatformKey = "base-platform";

    /// <summary>The state of an interpreter.</summary>
    public static EnvironmentState Of(Interpreter interpreter) =>
        new(
            interpreter.Executable,
            interpreter.Build,
            string.Join(
                ' ',
                new[]
                {
                    interpreter.AbiFlags,
                    interpreter.IsGilDisabled ? "free-threaded" : "",
                    interpreter.IsDebug ? "debug" : "",
                    interpreter.PointerSize == 8 ? "64-bit" : "32-bit",
                }.Where(flag => flag.Length > 0)
            ),
            interpreter.Platform
        );

    /// <summary>The lines of `pyvenv.cfg`.</summary>
    public IEnumerable<(string Key, string Value)> Lines =>
        [(ExecutableKey, Executable), (BuildKey, Build), (FlagsKey, Flags), (PlatformKey, Platform)];

    /// <summary>How an interpreter differs from what an environment remembers, as the end of a sentence; null where it does not.</summary>
    /// <param name="configuration">What the environment remembers; what it says nothing of is not compared.</param>
    /// <param name="now">The interpreter behind the environment now.</param>
    public static string? FindDifference(VenvConfiguration configuration, Interpreter now)
    {
        var current = Of(now);
        if (Differ(configuration["implementation"], now.MarkerValues["platform_python_implementation"]) is { } other)
            return $"it was created with {other}, but its interpreter is now {now.MarkerValues["platform_python_implementation"]}";
        if (Differ(configuration.PythonVersion, now.Version.ToString()) is { } version && !IsShortFor(version, now))
            return $"it was created with Python {version}, but its interpreter is now {now.Version}";
        if (Differ(configuration[ExecutableKey], current.Executable) is { } moved)
            return $"its interpreter was `{moved}` and is now `{current.Executable}`";
        if (Differ(configuration[BuildKey], current.Build) is { } build)
            return $"its interpreter was rebuilt: it was `{build}` and is now `{current.Build}`";
        if (Differ(configuration[FlagsKey], current.Flags) is { } flags)
            return $"its interpreter was built as `{flags}` and is now built as `{current.Flags}`";
        return Differ(configuration[PlatformKey], current.Platform) is { } platform
            ? $"its interpreter was for {platform} and is now for {current.Platform}"
            : null;
    }

    private static string? Differ(string? recorded, string current) =>
        recorded is { Length: > 0 } && !string.Equals(recorded, current, StringComparison.OrdinalIgnoreCase)
            ? recorded
            : null;

    /// <summary>Other tools write `3.12` or `3.12.1.final.0`.</summary>
    private static bool IsShortFor(string recorded, Interpreter now)
    {
        var parts = recorded.Split('.');
        int[] numbers = [now.Major, now.Minor, now.Micro];
        for (var index = 0; index < Math.Min(parts.Length, 3); index++)
        {
            var digits = parts[index].AsSpan();
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            if (
                !int.TryParse(
                    end < 0 ? digits : digits[..end],
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var number
                )
            )
            {
                return false;
            }

            if (number != numbers[index])
                return false;
        }

        return true;
    }
}
