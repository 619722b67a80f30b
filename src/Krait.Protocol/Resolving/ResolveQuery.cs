using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Resolving;

/// <summary>
/// A request for a resolution: all that decides it but for what the indexes say. It has one form, so that its digest names the question, and
/// its answer can be kept and reused for the same question. Indexes are named as the server names them: a request holds no address.
/// </summary>
/// <param name="Request">The question.</param>
public sealed record ResolveQuery(ResolutionRequest Request)
{
    /// <summary>The indexes in the order in which they are asked; empty for those that the server has in this view.</summary>
    public ImmutableArray<string> Indexes { get; init; } = [];

    /// <summary>Which of the indexes may offer a package (`first-index`).</summary>
    public string IndexStrategy { get; init; } = "first-index";

    /// <summary>Packages that come from one index only.</summary>
    public ImmutableSortedDictionary<PackageName, string> Pins { get; init; } =
        ImmutableSortedDictionary<PackageName, string>.Empty;

    /// <summary>The digest that names the question.</summary>
    public ContentDigest Digest => ContentDigest.Of(ToBytes());

    /// <summary>
    /// What in a request cannot be asked of a server: it concerns this machine, or what stands behind a URL or path; null where all of it can.
    /// </summary>
    public static string? UnsupportedPart(ResolutionRequest request) =>
        request switch
        {
            _ when request.Requirements.Any(root => root.Requirement.Url is not null || root.IsEditable) =>
                "a URL or path",
            _ when request.Constraints.Concat(request.Overrides).Any(limit => limit.Requirement.Url is not null) =>
                "a URL or path",
            { Installed.IsEmpty: false } => "installed packages",
            { StatedMetadata.IsEmpty: false } => "stated metadata",
            { ScopedChanges.IsEmpty: false } => "changes of single packages",
            { IndexPins.IsEmpty: false } => "indexes that depend on the environment",
            { Conflicts.IsEmpty: false } => "conflicting extras",
            { RequiredHashes: not null } => "required hashes",
            { IgnoresDependencies: true } => "dependencies that are left out",
            _ => null,
        };

    /// <summary>Writes the request in its one form.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(writer => QueryDocument.Write(writer, this));

    /// <summary>Reads a request. What it says in another form is put into the one form, so that its digest is that of <see cref="ToBytes"/>.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out ResolveQuery? query,
        [NotNullWhen(false)] out Diagnostic? error
    ) =>
        CanonicalJson.TryRead(
            content,
            ProtocolLimits.RequestBytes,
            "request",
            QueryDocument.Read,
            out query,
            out error
        );
}
