using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.Distributions;

/// <summary>The name of a source distribution's file (source distribution format): `name-version.tar.gz`.</summary>
public sealed record SdistFileName
{
    private SdistFileName(PackageName name, Version version, string extension)
    {
        Name = name;
        Version = version;
        Extension = extension;
    }

    /// <summary>The project.</summary>
    public PackageName Name { get; }

    /// <summary>The version.</summary>
    public Version Version { get; }

    /// <summary>The extension with its first dot, lower case (`.tar.gz`).</summary>
    public string Extension { get; }

    /// <summary>Whether the extension is one that the specification has ever named: `.tar.gz`, or the older `.zip`.</summary>
    public bool HasStandardExtension => Extension is ".tar.gz" or ".zip";

    /// <summary>
    /// Parses a file name. Without an <paramref name="expected"/> project, the last `-` ends the name; with one, older names
    /// are read too, whose version contains a `-`.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        PackageName? expected,
        [NotNullWhen(true)] out SdistFileName? sdist,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        sdist = null;
        var problem = TryRead(text, expected, ref sdist);
        error = problem is null
            ? null
            : new Diagnostic(
                "invalid-sdist-name",
                $"`{PythonText.Printable(text)}` is not a source distribution's file name: {problem}"
            );
        return error is null;
    }

    /// <summary>Parses a file name whose project is not known.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out SdistFileName? sdist,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryParse(text, expected: null, out sdist, out error);

    /// <summary>The extension of a source distribution that the name ends with, or null.</summary>
    public static string? ExtensionOf(ReadOnlySpan<char> text)
    {
        foreach (var extension in Extensions)
        {
            if (text.EndsWith(extension, StringComparison.Ordinal))
                return extension;
        }

        return null;
    }

    private static ReadOnlySpan<string> Extensions =>
        new[]
        {
            ".tar.gz",
            ".zip",
            ".tgz",
            ".tar.bz2",
            ".tbz",
            ".tar.xz",
            ".txz",
            ".tar.zst",
            ".tar.lzma",
            ".tlz",
            ".tar",
        };

    /// <summary>Reads the file name; says what is wrong with it, or null.</summary>
    private static string? TryRead(ReadOnlySpan<char> text, PackageName? expected, ref SdistFileName? sdist)
    {
        if (ExtensionOf(text) is not { } extension)
            return "it does not end with `.tar.gz` or `.zip`";
        var stem = text[..^extension.Length];
        var dash = expected is null ? stem.LastIndexOf('-') : EndOfName(stem, expected);
        if (dash < 0 && expected is not null)
            return $"it does not start with the name `{expected}`";
        if (dash < 0)
            return "it has no `-` between name and version";
        if (!Version.TryParse(stem[(dash + 1)..], out var version))
            return $"`{PythonText.Printable(stem[(dash + 1)..])}` is not a version";
        if (dash == 0)
            return "the project name is missing";
        sdist = new SdistFileName(expected ?? PackageName.FromFileName(stem[..dash]), version, extension);
        return null;
    }

    /// <summary>The `-` before which the stem spells the expected name.</summary>
    private static int EndOfName(ReadOnlySpan<char> stem, PackageName expected)
    {
        var matched = 0;
        for (var i = 0; i < stem.Length; i++)
        {
            var isSeparator = stem[i] is '-' or '_' or '.';
            if (matched == expected.Value.Length && stem[i] == '-')
                return i;
            // A run of separators is one `-` of the normalized name.
            if (
                isSeparator
                && i > 0
                && stem[i - 1] is '-' or '_' or '.'
                && matched > 0
                && expected.Value[matched - 1] == '-'
            )
            {
                continue;
            }

            var c = isSeparator ? '-' : char.ToLowerInvariant(stem[i]);
            if (matched == expected.Value.Length || expected.Value[matched] != c)
                return -1;
            matched++;
        }

        return -1;
    }
}
