using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>How a package of the solver is written for those who watch it: `foo`, `foo[bar]>=2`, ``foo where `marker` ``.</summary>
internal static class PackageText
{
    /// <summary>The text.</summary>
    /// <param name="packages">The packages of the resolution.</param>
    /// <param name="package">The package.</param>
    /// <param name="range">Which versions are meant, as a requirement writes it; empty for all.</param>
    public static string Of(PackageTable packages, PackageId package, string range = "")
    {
        var key = packages[package];
        if (key.Name.IsNone)
            return key.System ?? (key.Kind == PackageKind.Root ? "your requirements" : "Python" + range);
        var extra = key.Extra is null ? "" : $"[{key.Extra}]";
        var marker = key.Marker.IsTrue ? "" : $" where `{key.Marker}`";
        return $"{packages.NameAt(key.Name)}{extra}{range}{marker}";
    }
}
