using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Pages;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Views;

/// <summary>
/// What clients see under one address: an ordered list of namespaces. A name that a private one has is never asked of an upstream; among
/// upstreams, the first that has a project answers for it alone.
/// </summary>
internal sealed class View(string name, ImmutableArray<Space> members, TimeSpan maxAge)
{
    /// <summary>Its name, which is part of addresses.</summary>
    public string Name { get; } = name;

    /// <summary>Its namespaces, in order.</summary>
    public ImmutableArray<Space> Members { get; } = members;

    /// <summary>How long clients may use a page without asking.</summary>
    public TimeSpan MaxAge { get; } = maxAge;

    /// <summary>What it offers of a project; null where it has none.</summary>
    /// <exception cref="Packaging.Text.KraitException">An upstream that would have to be asked cannot be.</exception>
    public async Task<Listing?> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        var own = ImmutableArray.CreateBuilder<(Space, SpacePage)>();
        foreach (var space in Members.Where(member => member.IsPrivate))
        {
            var page = await space.GetPageAsync(project, cancellationToken);
            if (page.Document is not null)
                own.Add((space, page));
        }

        if (own.Count > 0)
            return Compose(project, own.ToImmutable());
        foreach (var space in Members.Where(member => !member.IsPrivate))
        {
            // An upstream that fails is not passed over: a later one may have another project of that name.
            var page = await space.GetPageAsync(project, cancellationToken);
            if (page.Document is not null)
                return Compose(project, [(space, page)]);
        }

        return null;
    }

    /// <summary>The names of all projects that are known here, in order.</summary>
    public IEnumerable<PackageName> ListProjects() =>
        Members.SelectMany(member => member.Projects.List()).Distinct().Order();

    private static Listing Compose(PackageName project, ImmutableArray<(Space Space, SpacePage Page)> sources)
    {
        var files = ImmutableArray.CreateBuilder<FileEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, page) in sources)
        {
            foreach (var file in page.Document?.Files ?? [])
            {
                if (seen.Add(file.FileName))
                    files.Add(WithFact(file, page.State.Files.GetValueOrDefault(file.FileName)));
            }
        }

        var first = sources[0].Page.Document!; // sources have pages
        var document = first with { Files = files.ToImmutable(), Versions = VersionsOf(first.Versions, files) };
        return new Listing(
            document,
            sources,
            string.Join('+', sources.Select(source => $"{source.Space.Name}:{source.Page.State.Serial}")),
            sources.Any(source => source.Page.IsStale),
            sources.Min(source => source.Page.State.Fetched)
        );
    }

    /// <summary>The entry with what its page does not tell: digests of bytes that we hold.</summary>
    private static FileEntry WithFact(FileEntry file, FileFact? fact)
    {
        if (fact is null)
            return file;
        if (fact.Sha256 is { } sha256 && file.Sha256 is null)
            file = file with { Hashes = file.Hashes.SetItem("sha256", sha256.Hex) };
        return fact.Metadata is { } metadata && file.MetadataSha256 is null
            ? file with
            {
                HasMetadata = true,
                MetadataSha256 = metadata.Hex,
            }
            : file;
    }

    /// <summary>The versions that the index wrote, and those of files that it left out.</summary>
    private static ImmutableArray<string> VersionsOf(
        ImmutableArray<string> written,
        ImmutableArray<FileEntry>.Builder files
    )
    {
        if (!written.IsEmpty)
            return written;
        return [.. files.Select(file => file.Version).Distinct().Order().Select(version => version.ToString())];
    }
}
