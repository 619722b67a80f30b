using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Packaging.Distributions;

namespace Krait.Installer.Wheels;

/// <summary>Whether a wheel could be installed, for whoever passes wheels on and installs none.</summary>
public static class WheelCheck
{
    /// <summary>Checks everything that an installation checks before it writes anything, with a RECORD that must be right.</summary>
    /// <param name="archive">The wheel.</param>
    /// <param name="name">Its file name.</param>
    /// <param name="extractor">What inflates its descriptions.</param>
    /// <param name="limits">How much there may be.</param>
    /// <returns>The name of its `.dist-info` folder.</returns>
    /// <exception cref="UnsafeArchiveException">It is not a wheel, not this one, or not a safe one.</exception>
    public static string Check(ZipArchive archive, WheelFileName name, ZipExtractor extractor, ArchiveLimits limits)
    {
        var contents = WheelContents.Read(archive, name, extractor, limits);
        return contents.RecordProblem is { } problem
            ? throw new UnsafeArchiveException(problem).In(archive.FileName)
            : contents.DistInfo;
    }
}
