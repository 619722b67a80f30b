using System.Runtime.InteropServices;
using Krait.Packaging.Text;

namespace Krait.Platform.Processes;

/// <summary>
/// The library that the framework computes hashes and speaks TLS with on Linux. Where there is none, the framework ends the process at
/// its first use, so that it is asked for before.
/// </summary>
public static class OpenSslLibrary
{
    /// <summary>What the framework looks for, in its order.</summary>
    private static readonly string[] Names =
    [
        "libssl.so.3",
        "libssl.so.1.1",
        "libssl.so.1.0.2",
        "libssl.so.1.0.0",
        "libssl.so.10",
    ];

    private static readonly Lazy<bool> IsThere = new(() => !OperatingSystem.IsLinux() || Find());

    /// <summary>Refuses to go on without the library.</summary>
    /// <exception cref="KraitException">It is not installed.</exception>
    public static void Require()
    {
        if (!IsThere.Value)
            throw new KraitException(Missing());
    }

    /// <summary>What is said where it is not installed.</summary>
    internal static Diagnostic Missing() =>
        new("no-openssl", "OpenSSL is not installed: it is needed for secure connections and to verify files")
        {
            Hints =
            [
                "Install OpenSSL 3: `libssl3` on Debian and Ubuntu, `openssl-libs` on Fedora and Red Hat, `libopenssl3` on SUSE",
            ],
        };

    private static bool Find()
    {
        if (Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } version)
        {
            if (NativeLibrary.TryLoad($"libssl.so.{version}", out _))
                return true;
        }

        return Array.Exists(Names, name => NativeLibrary.TryLoad(name, out _));
    }
}
