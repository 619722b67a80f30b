using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Projects.Pipenv;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Inputs;

/// <summary>What the own packages of a Pipfile, or of its lock, ask for.</summary>
/// <param name="Packages">The packages.</param>
/// <param name="Options">The index that all come from which name none.</param>
internal sealed record PipfileContents(ImmutableArray<PipfileContents.Package> Packages, LineOptions Options)
{
    /// <summary>A package.</summary>
    /// <param name="Requirement">It as in a requirements file.</param>
    /// <param name="IsEditable">Whether it is installed in place.</param>
    /// <param name="Hashes">Those of its files; empty where any file will do.</param>
    public sealed record Package(string Requirement, bool IsEditable, ImmutableArray<FileHash> Hashes);

    /// <summary>The indexes that single packages name.</summary>
    public ImmutableArray<StatedIndex> Indexes { get; private init; } = [];

    /// <summary>Which packages those are.</summary>
    public ImmutableArray<IndexPin> Pins { get; private init; } = [];

    /// <summary>Whether a file of this name is a Pipfile or its lock.</summary>
    public static bool IsPipfile(string name) => name is "Pipfile" or "Pipfile.lock";

    /// <summary>Reads a file; which of the two it is tells its name.</summary>
    /// <exception cref="KraitException">It is malformed, or names an index that it does not describe (unusable input).</exception>
    public static PipfileContents Read(string text, string file, IReadOnlyDictionary<string, string> variables)
    {
        if (Path.GetFileName(file) is "Pipfile")
        {
            var pipfile = Pipfile.Parse(text, file);
            var entries = pipfile.EntriesOf(Pipfile.Default);
            return Create(
                    file,
                    [.. entries.Select(entry => new Package(entry.Requirement, entry.IsEditable, []))],
                    pipfile.Sources,
                    entries.Select(entry => (entry.Name, entry.Index)),
                    variables
                )
                .With(pipfile.AllowsPrereleases);
        }

        var locked = PipfileLock.Parse(text, file);
        var own = locked.Categories.GetValueOrDefault(
            PipfileLock.KeyOf(Pipfile.Default),
            ImmutableSortedDictionary<string, PipfileLockEntry>.Empty
        );
        return Create(
            file,
            [.. own.Select(entry => Locked(entry.Key, entry.Value, file))],
            locked.Sources,
            own.Select(entry => (entry.Key, entry.Value.Index)),
            variables
        );
    }

    private static Package Locked(string name, PipfileLockEntry entry, string file)
    {
        const string Editable = "-e ";
        var text = entry.ToRequirement(name, withHashes: false, withMarkers: true);
        var isEditable = text.StartsWith(Editable, StringComparison.Ordinal);
        return new Package(
            isEditable ? text[Editable.Length..] : text,
            isEditable,
            [
                .. entry.Hashes.Select(hash =>
                    FileHash.TryParse(hash, out var read, out var error) ? read : throw Unusable(error, file)
                ),
            ]
        );
    }

    private static PipfileContents Create(
        string file,
        ImmutableArray<Package> packages,
        ImmutableArray<PipfileSource> sources,
        IEnumerable<(string Name, string? Index)> bindings,
        IReadOnlyDictionary<string, string> variables
    )
    {
        // The first source is that of all packages which name none; as in pipenv, the others are for those that name them.
        var first = sources.FirstOrDefault();
        var locations = sources.ToLookup(
            source => source.Name,
            source => Location(source, variables),
            StringComparer.Ordinal
        );
        var bound = bindings
            .Where(binding =>
                binding.Index is not null && !string.Equals(binding.Index, first?.Name, StringComparison.Ordinal)
            )
            .ToList();
        if (bound.Find(binding => !locations.Contains(binding.Index!)) is { Index: { } missing } stray) // filtered above
        {
            throw Unusable(
                new Diagnostic(
                    "unknown-source",
                    $"`{stray.Name}` should come from the source `{missing}`, which is not described"
                )
                {
                    Hints = ["Add the source, or remove `index` from the package"],
                },
                file
            );
        }

        return new PipfileContents(
            packages,
            new LineOptions
            {
                // A Pipfile without sources means the public index, which a user's settings may replace.
                IndexUrl = first is null || first == PipfileSource.Public ? null : Location(first, variables),
                TrustedHosts =
                [
                    .. sources
                        .Where(source => !source.VerifiesTls)
                        .Select(source => Host(source, variables))
                        .OfType<string>(),
                ],
            }
        )
        {
            Indexes =
            [
                .. bound
                    .Select(binding => binding.Index!) // filtered above
                    .Distinct(StringComparer.Ordinal)
                    .Select(name => new StatedIndex(name, locations[name].First().Target.Text) { IsExplicit = true }),
            ],
            Pins =
            [
                .. bound.Select(binding => new IndexPin(PackageName.Parse(binding.Name), binding.Index!, Marker.True)),
            ],
        };
    }

    private PipfileContents With(bool prereleases) =>
        this with
        {
            Options = Options with { AllowsPrereleases = prereleases },
        };

    private static WrittenLocation Location(PipfileSource source, IReadOnlyDictionary<string, string> variables) =>
        new(source.Url, Packaging.Locations.Location.Of(source.Expand(variables)));

    private static string? Host(PipfileSource source, IReadOnlyDictionary<string, string> variables) =>
        Uri.TryCreate(source.Expand(variables), UriKind.Absolute, out var url) && url.Scheme is "https"
            ? url.Authority
            : null;

    private static KraitException Unusable(Diagnostic fault, string file) =>
        new(fault.In(file)) { Kind = FailureKind.UnusableInput };
}
