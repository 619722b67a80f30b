using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Packaging.Lockfiles;

/// <summary>Packages of a lock file that list a dependency which the file does not have: somebody has taken an entry out.</summary>
public static class PylockGaps
{
    /// <summary>Who lists what is missing, in the order of the file.</summary>
    public static ImmutableArray<(string Package, string Missing)> Find(Pylock pylock)
    {
        var names = pylock
            .Packages.Select(package => NameNormalization.Normalize(package.Name))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. pylock.Packages.SelectMany(package =>
                package
                    .Dependencies.Select(dependency => dependency.GetString("name"))
                    .OfType<string>()
                    .Where(name => !names.Contains(NameNormalization.Normalize(name)))
                    .Distinct(StringComparer.Ordinal)
                    .Select(name => (package.Name, name))
            ),
        ];
    }
}
