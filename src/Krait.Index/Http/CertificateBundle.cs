using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Index.Http;

/// <summary>
/// Trusted roots as they stand in PEM files. Only the subjects are read at first: a bundle holds some 150 roots, of which a run needs one
/// or two, and having the framework parse them all takes longer than the whole first request.
/// </summary>
internal sealed class CertificateBundle
{
    private readonly List<(byte[] Certificate, byte[] Subject)> roots = [];

    /// <summary>Roots of folders that are named beside a file: hundreds of small files, read only when the file's roots do not suffice.</summary>
    private Lazy<CertificateBundle>? more;

    private CertificateBundle() { }

    /// <summary>Reads files; what is no certificate makes the bundle unusable when the user named it, and is skipped otherwise.</summary>
    /// <exception cref="KraitException">A named file cannot be read or holds no certificate (unusable input).</exception>
    public static CertificateBundle Read(TrustSettings settings)
    {
        var bundle = new CertificateBundle();
        if (settings.IsSystem)
        {
            foreach (var path in TrustSettings.SystemFiles)
            {
                if (PlainFile.TryReadBytes(path, out var content) != FileError.None)
                    continue;
                bundle.Add(content, out _);
                if (bundle.roots.Count > 0)
                    return bundle;
            }

            bundle.AddFolder(TrustSettings.SystemFolder);
            return bundle;
        }

        if (settings.File is null)
            return OfFolders(settings);
        bundle.AddNamedFile(settings.File, settings);
        if (settings.Folders is not null)
            bundle.more = new Lazy<CertificateBundle>(() => OfFolders(settings with { File = null }));
        return bundle;
    }

    /// <summary>The roots whose subject is one of the given names: those of the file, then, if asked on, those of the folders.</summary>
    public IEnumerable<X509Certificate2Collection> Find(IReadOnlyCollection<byte[]> names)
    {
        yield return FindHere(names);
        if (more is not null)
            yield return more.Value.FindHere(names);
    }

    private X509Certificate2Collection FindHere(IReadOnlyCollection<byte[]> names)
    {
        var found = new X509Certificate2Collection();
        foreach (var (certificate, subject) in roots)
        {
            if (names.Any(name => subject.AsSpan().SequenceEqual(name)))
                found.Add(X509CertificateLoader.LoadCertificate(certificate));
        }

        return found;
    }

    private void AddNamedFile(string path, TrustSettings settings)
    {
        var source = settings.FileSource;
        if (path.Length == 0)
            throw Unusable(settings, $"`{source}` is set but empty");
        var error = PlainFile.TryReadBytes(path, out var content);
        if (error != FileError.None)
            throw Unusable(settings, $"`{source}`: {new FileSystemException("read", path, error).Message}");
        var before = roots.Count;
        Add(content, out var malformed);
        if (malformed > 0)
            throw Unusable(settings, $"`{source}`: certificate number {malformed} in `{path}` cannot be read");
        if (roots.Count == before)
            throw Unusable(settings, $"`{source}`: `{path}` contains no certificate");
    }

    private static CertificateBundle OfFolders(TrustSettings settings)
    {
        var folders = settings.Folders ?? "";
        if (folders.Length == 0)
            throw Unusable(settings, "`SSL_CERT_DIR` is set but empty");
        var bundle = new CertificateBundle();
        foreach (var folder in folders.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var error = bundle.AddFolder(folder);
            if (error != FileError.None)
                throw Unusable(settings, $"`SSL_CERT_DIR`: {new FileSystemException("read", folder, error).Message}");
        }

        return bundle.roots.Count > 0
            ? bundle
            : throw Unusable(settings, $"`SSL_CERT_DIR`: `{folders}` contains no certificate");
    }

    private FileError AddFolder(string path)
    {
        var error = DirectoryHandle.TryOpen(path, out var folder);
        if (folder is null)
            return error;
        using (folder)
        {
            foreach (var entry in folder.List().OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                if (PlainFile.TryReadBytes(Path.Join(path, entry.Name), out var content) == FileError.None)
                    Add(content, out _);
            }
        }

        return FileError.None;
    }

    /// <summary>Adds each PEM block that holds a certificate; tells the 1-based number of the first that does not, or 0.</summary>
    private void Add(ReadOnlySpan<byte> pem, out int malformed)
    {
        malformed = 0;
        for (var number = 1; TryNextBlock(ref pem, out var base64); number++)
        {
            if (TryDecode(base64, out var certificate) && DerScanner.TryFindSubject(certificate, out var subject))
                roots.Add((certificate, subject.ToArray()));
            else if (malformed == 0)
                malformed = number;
        }
    }

    private static bool TryNextBlock(ref ReadOnlySpan<byte> pem, out ReadOnlySpan<byte> base64)
    {
        base64 = default;
        var start = pem.IndexOf("-----BEGIN CERTIFICATE-----"u8);
        if (start < 0)
            return false;
        pem = pem[(start + "-----BEGIN CERTIFICATE-----".Length)..];
        var end = pem.IndexOf("-----END CERTIFICATE-----"u8);
        // A block that does not end counts as malformed, and is the last one.
        base64 = end < 0 ? default : pem[..end];
        pem = end < 0 ? default : pem[end..];
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> base64, out byte[] certificate)
    {
        certificate = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        var status = Base64.DecodeFromUtf8(base64, certificate, out _, out var length);
        certificate = certificate[..length];
        return status is OperationStatus.Done && length > 0;
    }

    private static KraitException Unusable(TrustSettings settings, string reason) =>
        new(
            new Diagnostic("certificates-unusable", $"the trusted certificates cannot be used: {reason}")
            {
                Hints = [settings.Remedy],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
