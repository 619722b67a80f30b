using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Credentials;
using Krait.Index.Http;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Sources;

/// <summary>
/// Decides where packages come from: what a user typed, else requirements files, else variables and settings, else the public index.
/// </summary>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="variables">The environment: the user's directory, for `~/`, and credentials of indexes that have names.</param>
public sealed class IndexPolicy(string workingFolder, IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The indexes and directories, in the order in which they are asked.</summary>
    /// <exception cref="KraitException">An address is not valid (unusable input).</exception>
    public IndexSettings Create(IndexChoices choices)
    {
        var files = choices.Files;
        var isOff = choices.IsOff || files.Any(options => options.HasNoIndex);
        var links = choices
            .FindLinks.Select(WrittenLocation.Of)
            .Concat(files.SelectMany(options => options.FindLinks))
            .Select(Links);
        var stated = choices
            .Stated.Where(index => !index.IsExplicit && !index.IsDefault && index.MirrorOf is null)
            .ToList();
        var named = choices.Indexes.Select(text => Named(choices, text));
        var extra = choices
            .ExtraIndexes.Select(WrittenLocation.Of)
            .Concat(files.SelectMany(options => options.ExtraIndexUrls))
            .Select(text => Index(text, isDefault: false));
        var others = named.Concat(stated.Where(index => !index.IsFlat).Select(Locate)).Concat(extra);
        var all = new IndexSettings
        {
            Indexes = isOff
                ? []
                :
                [
                    .. others
                        .DistinctBy(index => (index.Url, index.Name))
                        .Append(Default(choices))
                        .Select(index => Mirrored(index, choices.Stated)),
                ],
            FindLinks = [.. links, .. stated.Where(index => index.IsFlat).Select(Locate)],
            Strategy = choices.Strategy,
        };
        return Mark(all, [.. choices.InsecureHosts, .. files.SelectMany(options => options.TrustedHosts)]);
    }

    /// <summary>Marks the indexes whose certificates are not verified: what comes from them is cached apart.</summary>
    private static IndexSettings Mark(IndexSettings settings, ImmutableArray<string> hosts)
    {
        if (hosts.IsEmpty)
            return settings;
        var exempt = new ExemptHosts(hosts);
        return settings with
        {
            Indexes = [.. settings.Indexes.Select(WithMark)],
            FindLinks = [.. settings.FindLinks.Select(WithMark)],
        };

        IndexLocation WithMark(IndexLocation location) =>
            exempt.Cover(location.Url) ? location with { IsUnverified = true } : location;
    }

    /// <summary>Binds packages to the indexes that a project's sources name; where that depends on the environment, the resolver forks.</summary>
    /// <param name="settings">The indexes.</param>
    /// <param name="stated">The indexes that settings describe.</param>
    /// <param name="indexPins">What the sources say.</param>
    /// <param name="conflicts">Extras and groups that are never installed together.</param>
    /// <param name="markers">The one environment that is resolved for; null for all.</param>
    /// <exception cref="KraitException">A package should come from two indexes at once (unusable input).</exception>
    public IndexSettings Pin(
        IndexSettings settings,
        ImmutableArray<StatedIndex> stated,
        IEnumerable<IndexPin> indexPins,
        ImmutableArray<ConflictSet> conflicts,
        MarkerEnvironment? markers
    )
    {
        var pins = indexPins.Where(pin => markers is null || pin.Marker.Evaluate(markers)).ToList();
        RefuseTwoIndexes(pins, conflicts);
        var locations = pins.Select(pin => pin.Index)
            .Distinct(StringComparer.Ordinal)
            .ToImmutableDictionary(
                index => index,
                index => Mirrored(Locate(stated.First(one => Equals(one.Name, index))), stated),
                StringComparer.Ordinal
            );
        return settings with
        {
            Named = locations,
            // A source that names a package's index counts more than what is said of all packages of its kind.
            Pinned = settings.Pinned.SetItems(
                pins.Where(pin => markers is not null || !pin.IsConditional)
                    .DistinctBy(pin => pin.Name)
                    .Select(pin =>
                        KeyValuePair.Create(pin.Name, new PackageIndexes([locations[pin.Index]], settings.Strategy))
                    )
            ),
        };
    }

    private static void RefuseTwoIndexes(List<IndexPin> pins, ImmutableArray<ConflictSet> conflicts)
    {
        foreach (var group in pins.GroupBy(pin => pin.Name))
        {
            var ofName = group.ToList();
            for (var i = 1; i < ofName.Count; i++)
            {
                var rival = ofName.Take(i).FirstOrDefault(earlier => IsAmbiguous(earlier, ofName[i], conflicts));
                if (rival is not null)
                    throw TwoIndexes(group.Key, rival, ofName[i]);
            }
        }
    }

    /// <summary>Whether two pins of a package can hold at once and disagree.</summary>
    private static bool IsAmbiguous(IndexPin one, IndexPin other, ImmutableArray<ConflictSet> conflicts)
    {
        if (Equals(one.Index, other.Index) || one.Marker.IsDisjointFrom(other.Marker))
            return false;
        return one.AskedBy is not { } asking
            || other.AskedBy is not { } rival
            || !conflicts.Any(set => set.Items.Contains(asking) && set.Items.Contains(rival));
    }

    private static KraitException TwoIndexes(PackageName name, IndexPin one, IndexPin other) =>
        new(
            new Diagnostic(
                "two-indexes",
                $"the sources of `{name}` name the indexes `{one.Index}` and `{other.Index}` for the same environments"
            )
            {
                Hints = [$"Give the sources of `{name}` markers of which only one can hold"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    private IndexLocation Default(IndexChoices choices)
    {
        var fromFile = choices.Files.Select(options => options.IndexUrl).LastOrDefault(url => url is not null);
        var typed = choices.TypedDefault is { } given ? WrittenLocation.Of(given) : null;
        var configured = choices.ConfiguredDefault is { } setting ? WrittenLocation.Of(setting) : null;
        if ((typed ?? fromFile ?? configured) is { } address)
            return Index(address, isDefault: true);
        return choices.Stated.FirstOrDefault(index => index.IsDefault) is { } stated
            ? Locate(stated)
            : Index(WrittenLocation.Of(IndexLocation.PublicIndex), isDefault: true);
    }

    /// <summary>An address, or the name of an index that the settings describe.</summary>
    private IndexLocation Named(IndexChoices choices, string text) =>
        choices.Stated.FirstOrDefault(index => string.Equals(index.Name, text, StringComparison.Ordinal)) is { } stated
            ? Locate(stated)
            : Index(WrittenLocation.Of(text), isDefault: false);

    private IndexLocation Locate(StatedIndex stated) =>
        With(
            stated,
            new IndexLocation(
                WithCredential(Locate(stated.Address), stated.Name),
                stated.Name,
                stated.IsFlat ? IndexKind.FindLinks : IndexKind.Simple,
                stated.IsDefault
            )
        );

    /// <summary>The mirror that is asked in the place of an index; the index itself where there is none.</summary>
    private IndexLocation Mirrored(IndexLocation index, ImmutableArray<StatedIndex> stated)
    {
        if (stated.FirstOrDefault(one => one.MirrorOf is { } of && Mirrors.IsSame(index.Url, of)) is not { } mirror)
            return index;
        var url = WithCredential(Locate(mirror.Address), mirror.Name);
        return With(
            mirror,
            new IndexLocation(url, index.Name, index.Kind, index.IsDefault) { StandsFor = index.Url.With(null) }
        );
    }

    private static IndexLocation With(StatedIndex stated, IndexLocation location) =>
        location with
        {
            IgnoredStatuses = stated.IgnoredStatuses.IsEmpty ? location.IgnoredStatuses : stated.IgnoredStatuses,
            Authentication = stated.Authentication,
        };

    private IndexLocation Index(WrittenLocation written, bool isDefault)
    {
        var text = written.Target.Text;
        // `name=https://…` gives the index a name; an address of its own may hold `=` only after its scheme.
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals > 0 && !Location.IsUrl(text) ? text[..equals] : null;
        var url = WithCredential(Locate(name is null ? text : text[(equals + 1)..]), name);
        return new IndexLocation(url, name, IndexKind.Simple, isDefault) { Written = WithVariables(written) };
    }

    private IndexLocation Links(WrittenLocation written) =>
        new(Locate(written.Target.Text), kind: IndexKind.FindLinks) { Written = WithVariables(written) };

    private static string? WithVariables(WrittenLocation written) => written.HasVariables ? written.Shown : null;

    /// <summary>The URL of an address or of the path of a directory.</summary>
    /// <exception cref="KraitException">It is neither (unusable input).</exception>
    public SafeUrl Locate(string text) =>
        Location.Of(BelowHome(text)).TryGetUrl(workingFolder, out var url, out var error)
            ? url
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };

    /// <summary>What the environment states for an index by its name counts more than what its address holds.</summary>
    private SafeUrl WithCredential(SafeUrl url, string? name) =>
        name is not null && IndexVariables.Find(name, variables) is { } credential ? url.With(credential) : url;

    /// <summary>`~/wheels` is below the user's directory.</summary>
    private string BelowHome(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) && variables.TryGetValue("HOME", out var home)
            ? Path.Join(home, path[2..])
            : path;
}
