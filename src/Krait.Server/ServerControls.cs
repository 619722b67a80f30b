using Krait.Packaging.Text;

namespace Krait.Server;

/// <summary>What the server calls the things that errors recommend: what only the command line of krait has, it has no name for.</summary>
internal static class ServerControls
{
    /// <summary>The hints of an error that whoever runs the server can follow, in its words.</summary>
    public static IEnumerable<string> HintsOf(Diagnostic problem) =>
        problem.Hints.Select(remedy => remedy.Say(NameOf)).OfType<string>();

    private static string? NameOf(ControlUse use) =>
        use.Kind switch
        {
            ControlKind.ResponseTimeout => "`KRAIT_HTTP_TIMEOUT`",
            ControlKind.CertificateFile => "`SSL_CERT_FILE`",
            ControlKind.RepairStore => $"`krait-server fsck --repair --dir {use.Argument}`",
            _ => null,
        };
}
