using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Server.Caching;
using Krait.Server.Pages;
using Krait.Server.Policy;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Views;

/// <summary>
/// What clients see under one address: an ordered list of namespaces, and what of it they may have. A name that a private one has is never
/// asked of an upstream; among upstreams, the first that has a project answers for it alone.
/// </summary>
internal sealed class View
{
    private const long Capacity = 64 * 1024 * 1024;

    private readonly FilePolicy policy;
    private readonly TimeProvider clock;
    private readonly BoundedCache<PackageName, Listing> listings = new(Capacity, listing => listing.Size);
    private KnownProjects? projects;
    private long denied;

    /// <summary>Makes a view.</summary>
    public View(string name, ImmutableArray<Space> members, FilePolicy policy, TimeProvider clock)
    {
        Name = name;
        Members = members;
        this.policy = policy;
        this.clock = clock;
    }

    /// <summary>Its name, which is part of addresses.</summary>
    public string Name { get; }

    /// <summary>Its namespaces, in order.</summary>
    public ImmutableArray<Space> Members { get; }

    /// <summary>How long clients may use a page without asking.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>Whether anyone may read it; otherwise a token is needed.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>What it was decided not to offer, as far as anyone asked for it lately.</summary>
    public DecisionLog Decisions { get; } = new();

    /// <summary>What it lets through.</summary>
    public FilePolicy Policy => policy;

    /// <summary>How many files were left out of pages as they were composed.</summary>
    public long Denied => Interlocked.Read(ref denied);

    /// <summary>What it offers of a project; null where it has none.</summary>
    /// <exception cref="Packaging.Text.KraitException">An upstream that would have to be asked cannot be.</exception>
    public async Task<Listing?> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        var listing = await FindAsync(
            project,
            async space => await space.GetPageAsync(project, cancellationToken),
            cancellationToken
        );
        if (listing is { Hidden.IsEmpty: false })
        {
            Decisions.NoteWithheld(
                project,
                listing.Key,
                listing.Hidden,
                listing.Document.Files.Length,
                clock.GetUtcNow()
            );
        }

        return listing;
    }

    /// <summary>What it offers of a project by what is here: no upstream is asked. Null where nothing is known of it.</summary>
    /// <exception cref="Packaging.Text.KraitException">The store cannot be read.</exception>
    public Task<Listing?> FindKnownAsync(PackageName project, CancellationToken cancellationToken) =>
        FindAsync(project, space => space.FindKnownPageAsync(project, cancellationToken), cancellationToken);

    /// <summary>Notes that a file or project was asked for that it denies.</summary>
    public void NoteRefusal(PackageName project, string what, Denial denial) =>
        Decisions.NoteRefused(project, what, denial, clock.GetUtcNow());

    private async Task<Listing?> FindAsync(
        PackageName project,
        Func<Space, Task<SpacePage?>> findInUpstreamAsync,
        CancellationToken cancellationToken
    )
    {
        var own = ImmutableArray.CreateBuilder<(Space, SpacePage)>();
        foreach (var space in Members.Where(member => member.IsPrivate))
        {
            var page = await space.GetPageAsync(project, cancellationToken);
            if (page.Document is not null)
                own.Add((space, page));
        }

        if (own.Count > 0)
            return Recall(project, own.ToImmutable());
        foreach (var space in Members.Where(member => !member.IsPrivate))
        {
            // An upstream that fails is not skipped: a later one may have another project of that name.
            var page = await findInUpstreamAsync(space);
            if (page?.Document is not null)
                return Recall(project, [(space, page)]);
        }

        return null;
    }

    /// <summary>The names of all projects that are known here, in order.</summary>
    public async Task<ImmutableArray<PackageName>> ListProjectsAsync(CancellationToken cancellationToken)
    {
        var read = ImmutableArray.CreateBuilder<IReadOnlyList<PackageName>>(Members.Length);
        foreach (var member in Members)
            read.Add(await member.Projects.ListAsync(cancellationToken));
        var lists = read.MoveToImmutable();
        var known = projects;
        if (known is null || !Enumerable.SequenceEqual<object>(known.Lists, lists, ReferenceEqualityComparer.Instance))
            projects = known = new KnownProjects(lists, [.. lists.SelectMany(list => list).Distinct().Order()]);
        return known.All;
    }

    /// <summary>
    /// The files that were removed from its namespaces at a time or later, in that order. Of a name that a private one has, those of upstreams
    /// were never offered here.
    /// </summary>
    public async Task<List<(Space Space, RemovedFile File)>> ListRemovedAsync(
        DateTimeOffset since,
        int most,
        CancellationToken cancellationToken
    )
    {
        var spaces = new Dictionary<RemovedFile, Space>(ReferenceEqualityComparer.Instance);
        foreach (var space in Members)
        {
            foreach (var file in await space.Projects.ListRemovedAsync(since, most, cancellationToken))
            {
                if (space.IsPrivate || !await IsOwnAsync(file.Project, cancellationToken))
                    spaces[file] = space;
            }
        }

        return [.. RemovedFile.First(spaces.Keys, most).Select(file => (spaces[file], file))];
    }

    /// <summary>Whether a private namespace has a name.</summary>
    private async ValueTask<bool> IsOwnAsync(PackageName project, CancellationToken cancellationToken)
    {
        foreach (var space in Members.Where(member => member.IsPrivate))
        {
            if ((await space.GetPageAsync(project, cancellationToken)).Document is not null)
                return true;
        }

        return false;
    }

    /// <summary>The listing as it was made the last time, unless something has changed or time has.</summary>
    private Listing Recall(PackageName project, ImmutableArray<(Space Space, SpacePage Page)> sources)
    {
        var now = clock.GetUtcNow();
        var isKnown =
            listings.TryGet(project, out var known)
            && AreSame(known.Sources, sources)
            && now >= known.Since
            && now < known.Until;
        if (!isKnown || known is null)
        {
            var version = string.Join('+', sources.Select(source => $"{source.Space.Name}:{source.Page.State.Serial}"));
            known = Compose(project, sources, version, now);
            listings.Set(project, known);
        }

        return known with
        {
            Sources = sources,
            IsStale = sources.Any(source => source.Page.IsStale),
            Fetched = sources.Min(source => source.Page.State.Fetched),
        };
    }

    /// <summary>Whether two listings are of the same namespaces at the same changes.</summary>
    private static bool AreSame(
        ImmutableArray<(Space Space, SpacePage Page)> known,
        ImmutableArray<(Space Space, SpacePage Page)> now
    )
    {
        if (known.Length != now.Length)
            return false;
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i].Space != now[i].Space || known[i].Page.State.Serial != now[i].Page.State.Serial)
                return false;
        }

        return true;
    }

    private Listing Compose(
        PackageName project,
        ImmutableArray<(Space Space, SpacePage Page)> sources,
        string version,
        DateTimeOffset now
    )
    {
        var files = ImmutableArray.CreateBuilder<FileEntry>();
        var hidden = ImmutableDictionary.CreateBuilder<string, Denial>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (space, page) in sources)
        {
            foreach (var file in page.Document?.Files ?? [])
            {
                if (!seen.Add(file.FileName))
                    continue;
                // Sources have pages.
                if (policy.Judge(page.Document!, file, space.IsPrivate, now) is { } denial)
                    hidden[file.FileName] = denial;
                else
                    files.Add(WithFact(file, page.State.Files.GetValueOrDefault(file.FileName)));
            }
        }

        Interlocked.Add(ref denied, hidden.Count);
        var first = sources[0].Page.Document!; // as above
        return new Listing(
            first with
            {
                Files = files.ToImmutable(),
                Versions = VersionsOf(first, files),
            },
            sources,
            version
        )
        {
            Key = string.Create(CultureInfo.InvariantCulture, $"{version} -{hidden.Count}"),
            Hidden = hidden.ToImmutable(),
            Since = now,
            Until = hidden.Values.Min(denial => denial.Until) ?? DateTimeOffset.MaxValue,
        };
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

    /// <summary>The versions that the index wrote, without those whose files are all hidden, and those of files that it left out.</summary>
    private static ImmutableArray<string> VersionsOf(
        ProjectDocument document,
        ImmutableArray<FileEntry>.Builder offered
    )
    {
        var versions = offered.Select(file => file.Version).ToHashSet();
        if (document.Versions.IsEmpty)
            return [.. versions.Order().Select(version => version.ToString())];
        if (offered.Count == document.Files.Length)
            return document.Versions;
        var all = document.Files.Select(file => file.Version).ToHashSet();
        return
        [
            .. document.Versions.Where(text =>
                !Version.TryParse(text, out var version) || versions.Contains(version) || !all.Contains(version)
            ),
        ];
    }

    /// <summary>The projects of all namespaces together, as long as those say the same.</summary>
    private sealed record KnownProjects(
        ImmutableArray<IReadOnlyList<PackageName>> Lists,
        ImmutableArray<PackageName> All
    );
}
