using Krait.Packaging.Names;

namespace Krait.Installer.Wheels;

/// <summary>Names that, beside the modules, make a distribution count as installed.</summary>
internal static class DistributionDescriptions
{
    private const string DistInfo = ".dist-info";

    private static readonly string[] Endings = [DistInfo, ".egg-info", ".egg-link"];

    /// <summary>Whether any part of a path is such a name.</summary>
    public static bool Names(string path)
    {
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (EndingOf(path.AsSpan(part)) is not null)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a name beside the modules describes another distribution than a wheel's own; its `.egg-info`, which old tools left in
    /// wheels, does not.
    /// </summary>
    public static bool IsOfAnother(string name, PackageName own)
    {
        if (EndingOf(name) is not { } ending)
            return false;
        var stem = name.AsSpan(0, name.Length - ending.Length);
        var dash = stem.IndexOf('-');
        return ending is DistInfo
            || !PackageName.TryParse(dash < 0 ? stem : stem[..dash], out var described, out _)
            || described != own;
    }

    private static string? EndingOf(ReadOnlySpan<char> name)
    {
        foreach (var ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                return ending;
        }

        return null;
    }
}
