using System.Collections.Immutable;
using Krait.Cli.Arguments;
using Krait.Index;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Sources;
using Krait.Resolver.Forking;
using Krait.Resolver.Python;

namespace Krait.Cli;

/// <summary>Finds out where packages come from: the command line, else requirements files, else the variables and settings, else the public index.</summary>
internal static class IndexAccess
{
    /// <summary>The indexes of a command that reads no requirements.</summary>
    public static IndexSettings Create(KraitContext context, ParsedArguments arguments) =>
        Create(context, arguments, [], context.Settings ?? new ProjectSettings());

    /// <summary>The indexes that inputs are resolved against.</summary>
    /// <exception cref="KraitException">An address cannot be used (unusable input).</exception>
    public static IndexSettings Create(KraitContext context, ParsedArguments arguments, RequirementSet inputs) =>
        Create(context, arguments, inputs.Options, inputs.Settings);

    /// <summary>The indexes that inputs are resolved against for one machine, with those that single packages come from.</summary>
    /// <exception cref="KraitException">An address cannot be used, or a package is to come from two indexes at once.</exception>
    public static async Task<IndexSettings> CreateAsync(
        KraitContext context,
        ParsedArguments arguments,
        RequirementSet inputs,
        MarkerEnvironment markers,
        CancellationToken cancellationToken
    )
    {
        var all = Create(context, arguments, inputs);
        var withTorch = await TorchAccess.ApplyAsync(all, context, arguments, markers.SysPlatform, cancellationToken);
        return Pin(withTorch, context, inputs, markers);
    }

    /// <summary>Binds packages to the indexes that the project's sources name; where that depends on the environment, the resolver forks.</summary>
    /// <param name="settings">The indexes.</param>
    /// <param name="context">The run.</param>
    /// <param name="inputs">What is resolved.</param>
    /// <param name="markers">The one environment that is resolved for; null for all.</param>
    /// <exception cref="KraitException">A package is to come from two indexes at once.</exception>
    public static IndexSettings Pin(
        IndexSettings settings,
        KraitContext context,
        RequirementSet inputs,
        MarkerEnvironment? markers
    )
    {
        var pins = inputs.IndexPins.Where(pin => markers is null || pin.Marker.Evaluate(markers)).ToList();
        RefuseTwoIndexes(pins, inputs.Settings.Conflicts);
        var locations = pins.Select(pin => pin.Index)
            .Distinct(StringComparer.Ordinal)
            .ToImmutableDictionary(
                index => index,
                index => Locate(context, inputs.Settings.Indexes.First(stated => Equals(stated.Name, index))),
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

    private static IndexSettings Create(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<LineOptions> files,
        ProjectSettings settings
    )
    {
        var isOff = arguments.IsOn(IndexOptions.NoIndex) || files.Any(options => options.HasNoIndex);
        var links = arguments
            .Values(IndexOptions.FindLinks)
            .Concat(files.SelectMany(options => options.FindLinks))
            .Select(text => Links(context, text));
        var stated = settings.Indexes.Where(index => !index.IsExplicit && !index.IsDefault).ToList();
        var named = arguments.Values(IndexOptions.Index).Select(text => Named(context, settings, text));
        var extra = arguments
            .Values(IndexOptions.ExtraIndexUrl)
            .Concat(files.SelectMany(options => options.ExtraIndexUrls))
            .Select(text => Index(context, text, isDefault: false));
        var others = named
            .Concat(stated.Where(index => !index.IsFlat).Select(index => Locate(context, index)))
            .Concat(extra);
        return new IndexSettings
        {
            Indexes = isOff ? [] : [.. others.Distinct(), Default(context, arguments, files, settings)],
            FindLinks = [.. links, .. stated.Where(index => index.IsFlat).Select(index => Locate(context, index))],
            Strategy = arguments.Value(IndexOptions.IndexStrategy) switch
            {
                "unsafe-first-match" => IndexStrategy.UnsafeFirstMatch,
                "unsafe-best-match" => IndexStrategy.UnsafeBestMatch,
                _ => IndexStrategy.FirstIndex,
            },
        };
    }

    private static IndexLocation Default(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<LineOptions> files,
        ProjectSettings settings
    )
    {
        foreach (var option in new[] { IndexOptions.DefaultIndex, IndexOptions.IndexUrl })
        {
            if (arguments.WasGiven(option) && arguments.Value(option) is { } typed)
                return Index(context, typed, isDefault: true);
        }

        if (files.Select(options => options.IndexUrl).LastOrDefault(url => url is not null) is { } fromFile)
            return Index(context, fromFile, isDefault: true);
        if ((arguments.Value(IndexOptions.DefaultIndex) ?? arguments.Value(IndexOptions.IndexUrl)) is { } configured)
            return Index(context, configured, isDefault: true);
        return settings.Indexes.FirstOrDefault(index => index.IsDefault) is { } stated
            ? Locate(context, stated)
            : Index(context, IndexLocation.PublicIndex, isDefault: true);
    }

    /// <summary>An address, or the name of an index that the settings describe.</summary>
    private static IndexLocation Named(KraitContext context, ProjectSettings settings, string text) =>
        settings.Indexes.FirstOrDefault(index => string.Equals(index.Name, text, StringComparison.Ordinal))
            is { } stated
            ? Locate(context, stated)
            : Index(context, text, isDefault: false);

    private static IndexLocation Locate(KraitContext context, StatedIndex stated) =>
        new(
            Location(context, stated.Address),
            stated.Name,
            stated.IsFlat ? IndexKind.FindLinks : IndexKind.Simple,
            stated.IsDefault
        );

    private static IndexLocation Index(KraitContext context, string text, bool isDefault)
    {
        // `name=https://…` gives the index a name; an address of its own may hold `=` only after its scheme.
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var name = equals > 0 && (scheme < 0 || equals < scheme) ? text[..equals] : null;
        return new IndexLocation(
            Location(context, name is null ? text : text[(equals + 1)..]),
            name,
            IndexKind.Simple,
            isDefault
        );
    }

    private static IndexLocation Links(KraitContext context, string text) =>
        new(Location(context, text), kind: IndexKind.FindLinks);

    /// <summary>An address, or the path of a folder.</summary>
    /// <exception cref="KraitException">It cannot be read (unusable input).</exception>
    public static SafeUrl Location(KraitContext context, string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal) && !text.StartsWith("file:", StringComparison.Ordinal))
            return SafeUrl.FromPath(Path.GetFullPath(Home(context, text), context.WorkingFolder));
        return SafeUrl.TryParse(text, out var url, out var error)
            ? url
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
    }

    /// <summary>`~/wheels` is below the user's folder.</summary>
    private static string Home(KraitContext context, string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) && context.Variables.GetValueOrDefault("HOME") is { } home
            ? Path.Join(home, path[2..])
            : path;
}
