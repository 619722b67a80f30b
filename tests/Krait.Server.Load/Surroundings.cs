using System.Diagnostics;

namespace Krait.Server.Load;

/// <summary>What this machine tells installers in variables, which measurements must not depend on.</summary>
internal static class Surroundings
{
    private static readonly string[] Prefixes = ["PIP_", "UV_", "KRAIT_", "TWINE_"];

    /// <summary>Has a program trust the certificates of a file, and know nothing of what this machine is set to.</summary>
    public static void Replace(ProcessStartInfo start, string certificates)
    {
        var named = start
            .Environment.Keys.Where(name =>
                Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            )
            .ToList();
        // These count more for pip and twine than their own options.
        foreach (var name in named.Append("REQUESTS_CA_BUNDLE").Append("CURL_CA_BUNDLE"))
            start.Environment.Remove(name);
        start.Environment["PIP_CONFIG_FILE"] = "/dev/null";
        start.Environment["SSL_CERT_FILE"] = certificates;
    }
}
