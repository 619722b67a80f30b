using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Lockfiles;

/// <summary>
/// A pylock.toml file (pylock specification 1.0, PEP 751). It is untrusted input: every name goes through the same validators as
/// anywhere else, and a missing table is not an empty one. Paths and URLs are claims that the installer checks.
/// </summary>
public sealed record Pylock
{
    /// <summary>The version of the file's form.</summary>
    public Version LockVersion { get; init; } = Version.FromRelease(1, 0);

    /// <summary>The environments that the file is for, as markers; null for any.</summary>
    public ImmutableArray<string>? Environments { get; init; }

    /// <summary>The Python versions that the file is for.</summary>
    public SpecifierSet? RequiresPython { get; init; }

    /// <summary>The extras that can be chosen.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The dependency groups that can be chosen.</summary>
    public ImmutableArray<string> DependencyGroups { get; init; } = [];

    /// <summary>The dependency groups that are installed if none is chosen.</summary>
    public ImmutableArray<string> DefaultGroups { get; init; } = [];

    /// <summary>The tool that wrote the file.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The packages.</summary>
    public ImmutableArray<PylockPackage> Packages { get; init; } = [];

    /// <summary>What tools keep here.</summary>
    public TomlTable? Tool { get; init; }

    /// <summary>Set if the form is newer than 1.0 in its minor number: the file can be read, but may say more.</summary>
    public Diagnostic? Warning { get; init; }

    /// <summary>Whether a file name is one that the specification reserves: `pylock.toml` or `pylock.NAME.toml`.</summary>
    public static bool IsFileName(string fileName)
    {
        if (fileName is "pylock.toml")
            return true;
        return fileName.StartsWith("pylock.", StringComparison.Ordinal)
            && fileName.EndsWith(".toml", StringComparison.Ordinal)
            && fileName.Length > "pylock..toml".Length
            && !fileName.AsSpan("pylock.".Length, fileName.Length - "pylock..toml".Length).Contains('.');
    }

    /// <summary>Parses and checks a file; all errors come out together, with their lines.</summary>
    public static bool TryParse(
        string text,
        string source,
        [NotNullWhen(true)] out Pylock? pylock,
        out ImmutableArray<Diagnostic> errors
    )
    {
        pylock = null;
        if (TomlDocument.TryParse(text, out var document, out errors))
            pylock = PylockReader.Read(document, out errors);
        errors = [.. errors.Select(error => error.In(source, error.Line))];
        return pylock is not null;
    }

    /// <summary>
    /// Chooses what to install, as the specification prescribes. An error if the file is not for the environment, two packages of a
    /// name are wanted, or a package has no file that fits.
    /// </summary>
    /// <param name="environment">The environment.</param>
    /// <param name="rankOf">How well a wheel fits the environment, lower is better; null if it does not.</param>
    /// <param name="extras">The chosen extras.</param>
    /// <param name="groups">The chosen dependency groups; null for the file's default.</param>
    /// <param name="selection">What to install.</param>
    /// <param name="error">Why nothing can be installed.</param>
    public bool TrySelect(
        MarkerEnvironment environment,
        Func<Distributions.WheelFileName, int?> rankOf,
        IReadOnlyCollection<string> extras,
        IReadOnlyCollection<string>? groups,
        out ImmutableArray<PylockChoice> selection,
        [NotNullWhen(false)] out Diagnostic? error
    ) => new PylockSelector(this, environment, rankOf, extras, groups).TrySelect(out selection, out error);

    /// <summary>The file as text, the same for the same content.</summary>
    /// <param name="header">Comment lines for the top, without their signs.</param>
    public string Write(params IEnumerable<string> header) => PylockWriter.Write(this, header);
}
