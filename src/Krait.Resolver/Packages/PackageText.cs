using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>How a package of the solver is written: `foo`, `foo[bar]`, `foo{marker}`.</summary>
internal static class PackageText
{
    public static string Of(PackageTable packages, PackageId package)
    {
        var key = packages[package];
        if (key.Name.IsNone)
            return key.System ?? (key.Kind == PackageKind.Root ? "the request" : "Python");
        var extra = key.Extra is null ? "" : $"[{key.Extra}]";
        var marker = key.Marker.IsTrue ? "" : $"{{{key.Marker}}}";
        return $"{packages.NameAt(key.Name)}{extra}{marker}";
    }
}
