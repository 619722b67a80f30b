using Krait.Platform.Processes;

namespace Krait.Index.Http;

/// <summary>The certificates that the system trusts, which Krait reads itself, and only those that it needs.</summary>
public static class SystemCertificates
{
    /// <summary>
    /// Keeps OpenSSL from reading all of them for the first connection, which takes some 60 ms. To be called before the process has other
    /// threads: native code reads variables without a lock, and one that looks for a variable while another is set may crash.
    /// </summary>
    public static void LeaveUnread()
    {
        ProcessVariables.SetNative("SSL_CERT_FILE", "/dev/null");
        ProcessVariables.SetNative("SSL_CERT_DIR", "/dev/null");
    }
}
