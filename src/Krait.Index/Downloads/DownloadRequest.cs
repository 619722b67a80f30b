using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Text;

namespace Krait.Index.Downloads;

/// <summary>A whole file to fetch.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="FileName">Its name, already checked as a wheel's or source distribution's.</param>
public sealed record DownloadRequest(SafeUrl Url, string FileName)
{
    /// <summary>The index whose page named it: its credential may be used on its own origin.</summary>
    public SafeUrl? LinkedFrom { get; init; }

    /// <summary>The hashes it must have, all of them; none means that any content is taken.</summary>
    public ImmutableArray<FileHash> Hashes { get; init; } = [];

    /// <summary>The hashes that the user allows, of which it must have one; none means that any content is taken.</summary>
    public ImmutableArray<FileHash> Allowed { get; init; } = [];

    /// <summary>What its hashes must be.</summary>
    public ExpectedHashes Expected => new(Hashes, Allowed);

    /// <summary>The size it must have, when that is known.</summary>
    public long? Size { get; init; }

    /// <summary>The mirror whose page says where the file is, should it not be at its address; null where there is none.</summary>
    public ProjectMirror? Mirror { get; init; }

    /// <summary>The request for a file of an index page.</summary>
    /// <exception cref="KraitException">The page gives it an address that cannot be used, or a hash that is none.</exception>
    public static DownloadRequest For(IndexFile file, IndexLocation location) =>
        file.HashProblem is { } problem
            ? throw Unverifiable(file.FileName, location, problem)
            : new(IndexUrls.Of(file), file.FileName)
            {
                LinkedFrom = location.Url,
                Hashes = file.Hashes,
                Size = file.Size,
            };

    /// <summary>The error of a file whose hash the index states in a form that nothing can be compared with.</summary>
    internal static KraitException Unverifiable(string what, IndexLocation location, Diagnostic problem) =>
        new(
            new Diagnostic("invalid-hash", $"cannot verify `{what}` from {location}: {problem.Message}")
            {
                Source = location.Url.ToString(),
                Hints = ["The index has to be corrected; its page states the hash"],
            }
        );
}
