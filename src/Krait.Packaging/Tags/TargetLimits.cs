namespace Krait.Packaging.Tags;

/// <summary>The oldest systems that a target must run on, where its name does not say.</summary>
/// <param name="MacOs">The macOS version (`MACOSX_DEPLOYMENT_TARGET`).</param>
/// <param name="Ios">The iOS version (`IPHONEOS_DEPLOYMENT_TARGET`).</param>
/// <param name="AndroidApiLevel">The Android API level (`ANDROID_API_LEVEL`).</param>
public sealed record TargetLimits((int Major, int Minor) MacOs, (int Major, int Minor) Ios, int AndroidApiLevel)
{
    /// <summary>macOS 13, iOS 13 and Android 7: what is not out of support, or where Python's own support starts.</summary>
    public static TargetLimits Default { get; } = new((13, 0), (13, 0), 24);
}
