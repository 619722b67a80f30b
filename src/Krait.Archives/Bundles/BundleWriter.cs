using System.Collections.Immutable;
using System.Security.Cryptography;
using Krait.Archives.Deflate;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Archives.Bundles;

/// <summary>Packs files into a bundle. The same files give the same bytes.</summary>
public static class BundleWriter
{
    /// <summary>Writes a bundle: whole, or not at all.</summary>
    /// <param name="target">The file to write.</param>
    /// <param name="targets">The machines that it is for, in words.</param>
    /// <param name="createdBy">The program that packs it.</param>
    /// <param name="lockText">The lock file.</param>
    /// <param name="files">The distributions: their paths on disk, and what they are there for.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is left of it.</param>
    /// <exception cref="KraitException">A file cannot be read, or the bundle not be written.</exception>
    public static async Task<BundleManifest> WriteAsync(
        string target,
        ImmutableArray<string> targets,
        string createdBy,
        byte[] lockText,
        IEnumerable<(string Path, BundleUse Use)> files,
        CancellationToken cancellationToken
    )
    {
        OpenSslLibrary.Require();
        var members = new List<Source> { new(BundleFile.LockName, BundleUse.Lock, OnDisk: null, lockText) };
        members.AddRange(
            files
                .Select(file => new Source(
                    BundleFile.Folder + Path.GetFileName(file.Path),
                    file.Use,
                    file.Path,
                    Content: null
                ))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
        );
        var known = members.ConvertAll(member => (Member: member, Facts: Measure(member, cancellationToken)));
        var manifest = new BundleManifest(
            createdBy,
            targets,
            [.. known.Select(one => new BundleFile(one.Member.Path, one.Facts.Size, one.Facts.Sha256, one.Member.Use))]
        );
        await AtomicFile.WriteAsync(
            target,
            async (stream, token) =>
            {
                var zip = new StoredZipWriter(stream);
                var head = new Source(BundleManifest.FileName, BundleUse.Lock, OnDisk: null, manifest.ToBytes());
                await AddAsync(zip, head, Measure(head, token), token);
                foreach (var (member, facts) in known)
                    await AddAsync(zip, member, facts, token);
                await zip.FinishAsync(token);
            },
            durable: true,
            cancellationToken
        );
        return manifest;
    }

    private static Task AddAsync(
        StoredZipWriter zip,
        Source member,
        Facts facts,
        CancellationToken cancellationToken
    ) =>
        zip.AddAsync(
            member.Path,
            facts.Size,
            facts.Crc,
            async (stream, token) =>
            {
                await using var content = member.Open();
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[128 * 1024];
                while (await content.ReadAsync(buffer, token) is > 0 and var read)
                {
                    hash.AppendData(buffer, 0, read);
                    await stream.WriteAsync(buffer.AsMemory(0, read), token);
                }

                if (!hash.GetHashAndReset().AsSpan().SequenceEqual(facts.Sha256.Digest))
                {
                    throw new KraitException(
                        new Diagnostic("file-changed", $"`{member.Path}` was changed while it was packed")
                    );
                }
            },
            cancellationToken
        );

    private static Facts Measure(Source member, CancellationToken cancellationToken)
    {
        using var content = member.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var (size, crc) = (0L, 0u);
        while (content.Read(buffer) is > 0 and var read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            crc = Crc32.Append(crc, buffer.AsSpan(0, read));
            size += read;
        }

        return new Facts(
            size,
            crc,
            FileHash.Create(Packaging.Distributions.HashAlgorithm.Sha256, hash.GetHashAndReset())
        );
    }

    private sealed record Facts(long Size, uint Crc, FileHash Sha256);

    private sealed record Source(string Path, BundleUse Use, string? OnDisk, byte[]? Content)
    {
        public Stream Open() =>
            OnDisk is null ? new MemoryStream(Content ?? [], writable: false) : PlainFile.OpenRead(OnDisk);
    }
}
