using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Names;
using Krait.Projects.Pipenv;
using Krait.Sources;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>Binds packages to the sources that a Pipfile names for them: a package of one index is never taken from another.</summary>
internal static class PipenvIndexes
{
    /// <summary>The settings with the packages that have a source of their own.</summary>
    public static IndexSettings Bind(
        IndexSettings settings,
        Pipfile pipfile,
        ImmutableArray<PipfileEntry> entries,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var pinned = settings.Pinned;
        foreach (var entry in entries.Where(entry => entry.Index is not null))
        {
            var source = pipfile.Sources.FirstOrDefault(one =>
                string.Equals(one.Name, entry.Index, StringComparison.Ordinal)
            );
            if (source is null)
            {
                throw new Parsing.UsageException(
                    $"`{entry.Name}` should come from the source `{entry.Index}`, which the Pipfile does not have",
                    "Add the source to the Pipfile"
                );
            }

            var text = source.Expand(variables);
            if (SafeUrl.TryParse(text, out var url, out _) && PackageName.TryParse(entry.Name, out var name, out _))
                pinned = pinned.SetItem(name, new PackageIndexes([new IndexLocation(url)], settings.Strategy));
        }

        return settings with
        {
            Pinned = pinned,
        };
    }
}
