using System.Collections.Immutable;
using Krait.Packaging.Metadata;
using Krait.Projects.Pipenv;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>
/// How a Pipfile.lock names a package that comes from elsewhere than an index: a path as the Pipfile has it, a repository with the commit that
/// was found.
/// </summary>
internal static class PipenvPlaces
{
    /// <summary>The entry of a package.</summary>
    /// <param name="package">The package.</param>
    /// <param name="direct">Where it comes from, as a requirement has it.</param>
    /// <param name="named">Its entry in the Pipfile; null for what only others require.</param>
    /// <param name="origin">Where its wheel comes from, as direct_url.json; null where that is not known.</param>
    public static PipfileLockEntry EntryOf(
        ResolvedPackage package,
        DirectReference direct,
        PipfileEntry? named,
        byte[]? origin
    )
    {
        var others = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var repository =
            origin is not null && DirectUrl.TryParse(origin, out var parsed, out _)
                ? parsed as DirectUrl.Repository
                : null;
        if (repository is not null)
        {
            Add(repository.Vcs, named?.Place is { IsRepository: true } place ? place.Text : repository.Url);
            Add("ref", repository.CommitId);
            if (repository.Subdirectory is { } folder)
                Add("subdirectory", folder);
        }
        else if (named?.Place is { } place)
        {
            Add(place.Key, place.Text);
        }
        else
        {
            Add(direct.Url.Contains("://", StringComparison.Ordinal) ? "file" : "path", direct.Url);
        }

        if (direct.IsEditable)
            others.Add("editable", "true");
        return new PipfileLockEntry
        {
            Extras = [.. package.Extras.Select(extra => extra.Value)],
            Markers = named?.Marker,
            Others = others.ToImmutable(),
        };

        void Add(string key, string text) =>
            others.Add(key, Rendering.JsonText.Of(writer => writer.WriteStringValue(text)));
    }
}
