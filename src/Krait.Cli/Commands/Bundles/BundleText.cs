using System.Globalization;
using Krait.Archives.Bundles;

namespace Krait.Cli.Commands.Bundles;

/// <summary>What a bundle holds, in words.</summary>
internal static class BundleText
{
    /// <summary>`12 files (3.4 MB) for Python 3.12 on linux x86_64`.</summary>
    public static string Of(BundleManifest manifest)
    {
        var count = manifest.Files.Count(file => file.Use is not BundleUse.Lock);
        var size = manifest.Files.Sum(file => file.Size) / 1e6;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count} {(count == 1 ? "file" : "files")} ({size:0.0} MB) for {string.Join(", ", manifest.Targets)}"
        );
    }
}
