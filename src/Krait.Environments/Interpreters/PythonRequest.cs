using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Environments.Interpreters;

/// <summary>
/// What a user asks for with `--python`: a path, a name on PATH, or a description (`3.12`, `>=3.10,&lt;3.13`, `pypy@3.10`, `3.13t`,
/// `cpython-3.12.3-linux-x86_64-gnu`).
/// </summary>
public sealed record PythonRequest
{
    /// <summary>Any interpreter will do.</summary>
    public static PythonRequest Any { get; } = new();

    /// <summary>The request as it was written.</summary>
    public string Text { get; init; } = "any";

    /// <summary>A file or the folder of an environment, when one was named with a `/`.</summary>
    public string? Path { get; init; }

    /// <summary>A program's name, or a folder in the current one, when it was nothing else.</summary>
    public string? ExecutableName { get; init; }

    /// <summary>The implementation, when named.</summary>
    public PythonImplementation? Implementation { get; init; }

    /// <summary>The version, when given by specifiers.</summary>
    public SpecifierSet? Specifiers { get; init; }

    /// <summary>The version, when given as a beginning of one: one to three numbers.</summary>
    public ReleasePrefix? Release { get; init; }

    /// <summary>A whole version with a pre-release part (`3.14.0rc1`).</summary>
    public Version? Prerelease { get; init; }

    /// <summary>The build.</summary>
    public PythonVariants Variants { get; init; }

    /// <summary>The operating system (`linux`), when named.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The processor (`x86_64`), when named.</summary>
    public string? Architecture { get; init; }

    /// <summary>The C library (`gnu`, `musl`), when named.</summary>
    public string? Libc { get; init; }

    /// <summary>Whether it says nothing about the interpreter.</summary>
    public bool IsAny =>
        Path is null
        && ExecutableName is null
        && Implementation is null
        && Specifiers is null
        && Release is null
        && Prerelease is null
        && Variants == PythonVariants.None
        && OperatingSystem is null
        && Architecture is null
        && Libc is null;

    /// <summary>Reads a request.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out PythonRequest? request,
        [NotNullWhen(false)] out Diagnostic? error
    ) => PythonRequestReader.TryParse(text, out request, out error);

    /// <summary>Whether an interpreter is what is described; paths and names are for the search to follow.</summary>
    public bool IsSatisfiedBy(Interpreter interpreter)
    {
        if (
            Implementation is { } wanted
            && !string.Equals(interpreter.Implementation, NameOf(wanted), StringComparison.Ordinal)
        )
        {
            return false;
        }

        if (Release is { } release && !release.Contains(interpreter))
            return false;
        if (Prerelease is { } exact && interpreter.Version != exact)
            return false;
        if (Specifiers is { } specifiers && !specifiers.Contains(interpreter.Version))
            return false;
        return HasVariant(interpreter) && IsOnPlatform(interpreter);
    }

    /// <summary>The name of an implementation, as `sys.implementation.name` has it.</summary>
    public static string NameOf(PythonImplementation implementation) => implementation.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool HasVariant(Interpreter interpreter)
    {
        if (Variants.HasFlag(PythonVariants.FreeThreaded) && !interpreter.IsGilDisabled)
            return false;
        // Extension modules are rare for builds without the lock: one is only taken when asked for.
        if (
            !Variants.HasFlag(PythonVariants.FreeThreaded)
            && interpreter.IsGilDisabled
            && Path is null
            && ExecutableName is null
        )
        {
            return false;
        }

        return !Variants.HasFlag(PythonVariants.Debug) || interpreter.IsDebug;
    }

    private bool IsOnPlatform(Interpreter interpreter)
    {
        var platform = interpreter.Platform;
        if (OperatingSystem is { } system && !platform.StartsWith(system, StringComparison.OrdinalIgnoreCase))
            return false;
        if (Architecture is { } architecture && !platform.EndsWith(architecture, StringComparison.OrdinalIgnoreCase))
            return false;
        return Libc switch
        {
            "gnu" => interpreter.LibcName is null or "glibc",
            "musl" => interpreter.LibcName is "musl",
            _ => true,
        };
    }
}
