using System.Runtime.InteropServices;

namespace Krait.Cli;

/// <summary>What this executable is.</summary>
internal static class ProductVersion
{
    /// <summary>The version of the product, as the build states it once.</summary>
    public const string Number = Krait.Platform.Product.Version;

    /// <summary>What `krait --version` prints: the version, the commit and its day where it was built from one, and the platform.</summary>
    public static string Line =>
        BuildFacts.Commit.Length > 0
            ? $"krait {Number} ({BuildFacts.Commit}, {Platform})"
            : $"krait {Number} ({Platform})";

    private static string Platform
    {
        get
        {
            var machine = RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => "x86_64",
                Architecture.Arm64 => "aarch64",
                Architecture.X86 => "i686",
                var other => other.ToString().ToLowerInvariant(),
            };
            var system =
                OperatingSystem.IsWindows() ? "windows"
                : OperatingSystem.IsMacOS() ? "macos"
                : "linux";
            return $"{machine}-{system}";
        }
    }
}
