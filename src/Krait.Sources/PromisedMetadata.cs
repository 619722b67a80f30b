using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;

namespace Krait.Sources;

/// <summary>
/// What an index said of a wheel before the wheel was there (PEP 658), and what a resolution was built on: the wheel itself must say the
/// same, or the set that was chosen is not the one that it needs.
/// </summary>
/// <param name="File">The file of the page.</param>
/// <param name="Location">The index.</param>
/// <param name="Metadata">What it said.</param>
public sealed record PromisedMetadata(IndexFile File, IndexLocation Location, CoreMetadata Metadata)
{
    /// <summary>Where a wheel's own metadata differ; null where they agree.</summary>
    /// <param name="own">What the wheel says.</param>
    public Diagnostic? Compare(CoreMetadata own)
    {
        var differences = ImmutableArray.CreateBuilder<(string Field, string Promised, string Own)>();
        Add("Name", [Metadata.Name.Value], [own.Name.Value]);
        Add("Version", [Metadata.Version.ToString()], [own.Version.ToString()]);
        Add("Requires-Python", Texts(Metadata.RequiresPython), Texts(own.RequiresPython));
        Add(
            "Requires-Dist",
            Metadata.RequiresDist.Select(requirement => requirement.ToString()),
            own.RequiresDist.Select(requirement => requirement.ToString())
        );
        Add(
            "Provides-Extra",
            Metadata.ProvidesExtra.Select(extra => extra.Value),
            own.ProvidesExtra.Select(extra => extra.Value)
        );
        return differences.Count == 0 ? null : Describe(differences);

        void Add(string field, IEnumerable<string> promised, IEnumerable<string> said)
        {
            var (left, right) = (promised.ToHashSet(StringComparer.Ordinal), said.ToHashSet(StringComparer.Ordinal));
            if (!left.SetEquals(right))
            {
                differences.Add(
                    (
                        field,
                        Show(left.Except(right, StringComparer.Ordinal)),
                        Show(right.Except(left, StringComparer.Ordinal))
                    )
                );
            }
        }
    }

    private static IEnumerable<string> Texts(object? value) => value?.ToString() is { Length: > 0 } text ? [text] : [];

    private static string Show(IEnumerable<string> values)
    {
        var shown = values.Order(StringComparer.Ordinal).Select(value => $"`{value}`").ToList();
        return shown.Count == 0 ? "nothing more" : string.Join(", ", shown);
    }

    private Diagnostic Describe(IEnumerable<(string Field, string Promised, string Own)> differences) =>
        new("metadata-mismatch", $"`{File.FileName}` does not say of itself what {Location} says of it")
        {
            Notes = [.. differences.Select(d => $"`{d.Field}`: the index says {d.Promised}, the wheel says {d.Own}")],
            Hints = ["Choose another version, and tell those who run the index"],
        };
}
