using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Environments.Interpreters;

/// <summary>Reads a <see cref="PythonRequest"/>.</summary>
internal static class PythonRequestReader
{
    /// <summary>What a version's release is made of.</summary>
    public static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Name, PythonImplementation Value)[] Implementations =
    [
        ("cpython", PythonImplementation.CPython),
        ("pypy", PythonImplementation.PyPy),
        ("graalpy", PythonImplementation.GraalPy),
        ("pyodide", PythonImplementation.Pyodide),
        ("python", PythonImplementation.CPython),
        ("cp", PythonImplementation.CPython),
        ("pp", PythonImplementation.PyPy),
        ("gp", PythonImplementation.GraalPy),
    ];

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out PythonRequest? request,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        error = null;
        var trimmed = text.Trim();
        request = Read(trimmed, ref error);
        if (error is not null)
        {
            request = null;
            return false;
        }

        request = (request ?? new PythonRequest { ExecutableName = trimmed }) with
        {
            Text = trimmed.Length > 0 ? trimmed : "any",
        };
        return true;
    }

    /// <summary>What a text describes; null when it can only be a program's name.</summary>
    private static PythonRequest? Read(string text, ref Diagnostic? error)
    {
        if (text.Length == 0 || Is(text, "any") || Is(text, "default"))
            return PythonRequest.Any;
        if (text.Contains('/', StringComparison.Ordinal) || text[0] is '.' or '~')
            return new PythonRequest { Path = text };
        if (text.Contains('\0', StringComparison.Ordinal) || text.AsSpan().ContainsAny('\n', '\r'))
        {
            error = new Diagnostic("python-request", "the Python request contains a control character");
            return null;
        }

        if (char.IsAsciiDigit(text[0]))
        {
            return ReadVersion(text, PythonRequest.Any)
                ?? ReadSpecifiers(text, PythonRequest.Any, ref error, isSure: false);
        }

        if (text[0] is '<' or '>' or '=' or '!' or '~')
            return ReadSpecifiers(text, PythonRequest.Any, ref error, isSure: true);
        return ReadNamed(text, ref error);
    }

    /// <summary>`cpython`, `pypy@3.10`, `cp312`, `python3.12`, `cpython-3.12.3-linux-x86_64-gnu`, `cpython>=3.10`.</summary>
    private static PythonRequest? ReadNamed(string text, ref Diagnostic? error)
    {
        foreach (var (name, implementation) in Implementations)
        {
            if (!text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = text[name.Length..];
            // The bare word says nothing about the implementation: it is what every interpreter is called.
            var isGeneric = name is "python";
            var request = isGeneric ? PythonRequest.Any : new PythonRequest { Implementation = implementation };
            if (rest.Length == 0)
                return request;
            if (rest[0] == '@')
                return ReadVersion(rest[1..], request) ?? ReadSpecifiers(rest[1..], request, ref error, isSure: true);
            if (char.IsAsciiDigit(rest[0]))
                return ReadVersion(rest, request);
            if (rest[0] is '<' or '>' or '=' or '!' or '~')
                return ReadSpecifiers(rest, request, ref error, isSure: true);
            return rest[0] == '-' && !isGeneric ? ReadKey(rest[1..], request) : null;
        }

        return null;
    }

    /// <summary>The parts after the implementation: version, system, processor, C library; trailing ones may be missing.</summary>
    private static PythonRequest? ReadKey(string text, PythonRequest request)
    {
        var parts = text.Split('-');
        if (parts.Length > 4)
            return null;
        if (!Is(parts[0], "any"))
        {
            if (ReadVersion(parts[0], request) is not { } versioned)
                return null;
            request = versioned;
        }

        return request with
        {
            OperatingSystem = PartOf(parts, 1),
            Architecture = PartOf(parts, 2),
            Libc = PartOf(parts, 3) is { } libc && !Is(libc, "none") ? libc : null,
        };
    }

    private static string? PartOf(string[] parts, int index) =>
        index < parts.Length && !Is(parts[index], "any") ? parts[index].ToLowerInvariant() : null;

    private static PythonRequest? ReadVersion(string text, PythonRequest request)
    {
        var end = text.AsSpan().IndexOfAnyExcept(NumberCharacters);
        var numbers = end < 0 ? text : text[..end];
        var rest = end < 0 ? "" : text[end..];
        if (rest is ['a' or 'b' or 'r', ..])
            return ReadPrerelease(text, request);
        if (!TryReadVariants(rest, out var variants) || ReadNumbers(numbers) is not { } release)
            return null;
        return request with { Release = release, Variants = variants };
    }

    private static PythonRequest? ReadPrerelease(string text, PythonRequest request)
    {
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        return
            TryReadVariants(text[end..], out var variants)
            && Version.TryParse(text.AsSpan(0, end), out var version, out _)
            ? request with
            {
                Prerelease = version,
                Variants = variants,
            }
            : null;
    }

    private static ReleasePrefix? ReadNumbers(string text)
    {
        // `312` is written where tags are in mind; no Python has such a first number.
        if (
            text.Length is >= 2 and <= 3
            && !text.Contains('.', StringComparison.Ordinal)
            && text[0] is '2' or '3'
            && text.Length > 1
        )
        {
            return new ReleasePrefix(text[0] - '0', int.Parse(text.AsSpan(1), CultureInfo.InvariantCulture), null);
        }

        var parts = text.Split('.');
        var numbers = new int[3];
        if (parts.Length > 3)
            return null;
        for (var index = 0; index < parts.Length; index++)
        {
            if (
                parts[index].Length > 4
                || !int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[index])
            )
            {
                return null;
            }
        }

        return new ReleasePrefix(
            numbers[0],
            parts.Length > 1 ? numbers[1] : null,
            parts.Length > 2 ? numbers[2] : null
        );
    }

    private static bool TryReadVariants(string text, out PythonVariants variants)
    {
        variants = text switch
        {
            "t" => PythonVariants.FreeThreaded,
            "d" => PythonVariants.Debug,
            "td" => PythonVariants.FreeThreaded | PythonVariants.Debug,
            _ => PythonVariants.None,
        };
        if (text.Length == 0 || variants != PythonVariants.None)
            return true;
        foreach (var word in text.Split('+').Skip(1))
        {
            switch (word.ToLowerInvariant())
            {
                case "freethreaded":
                    variants |= PythonVariants.FreeThreaded;
                    break;
                case "debug":
                    variants |= PythonVariants.Debug;
                    break;
                case "gil":
                    variants |= PythonVariants.Gil;
                    break;
                default:
                    return false;
            }
        }

        return text[0] == '+' && !variants.HasFlag(PythonVariants.Gil | PythonVariants.FreeThreaded);
    }

    private static PythonRequest? ReadSpecifiers(string text, PythonRequest request, ref Diagnostic? error, bool isSure)
    {
        if (SpecifierSet.TryParse(text, out var specifiers, out var problem))
            return request with { Specifiers = specifiers };
        if (isSure)
        {
            error = new Diagnostic("python-request", $"`{text}` is not a Python version or a set of version specifiers")
            {
                Cause = problem,
            };
        }

        return null;
    }

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
