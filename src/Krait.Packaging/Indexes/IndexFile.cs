using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Indexes;

/// <summary>A file of a project page: a view that reads from the flat buffer what it is asked for.</summary>
public readonly struct IndexFile : IEquatable<IndexFile>
{
    private readonly ProjectPage page;
    private readonly int index;

    internal IndexFile(ProjectPage page, int index)
    {
        this.page = page;
        this.index = index;
    }

    private FlatFile Flat => page.Read(index);

    /// <summary>The page that lists the file.</summary>
    public ProjectPage Page => page;

    /// <summary>The file's place on its page.</summary>
    public int Index => index;

    /// <summary>The file's name.</summary>
    public string FileName => Flat is var f ? page.StringOf(f.NameStart, f.NameLength) : "";

    /// <summary>Whether the file is a wheel; otherwise it is a source distribution.</summary>
    public bool IsWheel => Has(FlatFileFlags.IsWheel);

    /// <summary>The wheel's name in parts.</summary>
    /// <exception cref="InvalidOperationException">The file is a source distribution.</exception>
    public WheelFileName Wheel =>
        IsWheel && WheelFileName.TryParse(FileName, out var wheel, out _)
            ? wheel
            : throw new InvalidOperationException($"`{FileName}` is not a wheel");

    /// <summary>The source distribution's name in parts.</summary>
    /// <exception cref="InvalidOperationException">The file is a wheel.</exception>
    public SdistFileName Sdist =>
        !IsWheel && SdistFileName.TryParse(FileName, PackageName.Parse(page.ProjectName), out var sdist, out _)
            ? sdist
            : throw new InvalidOperationException($"`{FileName}` is not a source distribution");

    /// <summary>The place of the file's version on its page.</summary>
    public int VersionIndex => Flat.VersionIndex;

    /// <summary>The file's version.</summary>
    public Version Version => page.VersionAt(VersionIndex);

    /// <summary>The number of the wheel's set of tags: wheels of a page with equal tags have equal numbers; 0 for others.</summary>
    public int TagsNumber => Flat.Tags;

    /// <summary>The end of the wheel's name, from the build part or the tags on: `-cp312-cp312-win_amd64.whl`; nothing for others.</summary>
    internal ReadOnlySpan<byte> TagBytes => Flat.Tags is > 0 and var number ? page.TagBytes(number) : [];

    /// <summary>Where the file is, absolute.</summary>
    public string Url
    {
        get
        {
            var file = Flat;
            var url = page.StringOf(file.UrlStart, file.UrlLength);
            return (file.Flags & FlatFileFlags.IsRelativeUrl) != FlatFileFlags.None
                ? UrlText.Resolve(page.BaseUrl, url)
                : url;
        }
    }

    /// <summary>The best hash of the file: SHA-256 where the index has it, otherwise the longest.</summary>
    public FileHash? Hash => Best(Hashes);

    /// <summary>All hashes of the file that the index states and that can be read.</summary>
    public ImmutableArray<FileHash> Hashes => ReadStated(isMetadata: false).Hashes;

    /// <summary>All hashes of the file as the index states them, also by functions that are not known: their names and digests.</summary>
    public ImmutableArray<(string Function, string Digest)> StatedHashes
    {
        get
        {
            var file = Flat;
            var stated = ImmutableArray.CreateBuilder<(string, string)>();
            if (Has(FlatFileFlags.HasSha256))
                stated.Add((FileHash.Name(HashAlgorithm.Sha256), Convert.ToHexStringLower(file.Sha256)));
            var others = page.StringOf(file.OtherHashesStart, file.OtherHashesLength);
            foreach (var line in others.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                stated.Add(colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]));
            }

            return stated.DrainToImmutable();
        }
    }

    /// <summary>What is wrong with the hashes that the index states: then the file cannot be verified, and must not be used.</summary>
    public Diagnostic? HashProblem => ReadStated(isMetadata: false).Problem;

    /// <summary>The Python versions the file is for, as written.</summary>
    public string? RequiresPythonText => page.RequiresAt(Flat.Requires)?.Text;

    /// <summary>The Python versions the file is for; null if it does not say, or not readably.</summary>
    public SpecifierSet? RequiresPython => page.RequiresAt(Flat.Requires)?.Specifiers;

    /// <summary>Whether the file was withdrawn (PEP 592).</summary>
    public bool IsYanked => Has(FlatFileFlags.IsYanked);

    /// <summary>Why the file was withdrawn, if a reason was given.</summary>
    public string? YankedReason =>
        Flat is { YankedLength: > 0 } f ? page.StringOf(f.YankedStart, f.YankedLength) : null;

    /// <summary>The file's size in bytes, if the index states it (PEP 700).</summary>
    public long? Size => Has(FlatFileFlags.HasSize) ? Flat.Size : null;

    /// <summary>When the file was uploaded, if the index states it (PEP 700).</summary>
    public DateTimeOffset? UploadTime =>
        Has(FlatFileFlags.HasUploadTime) && (ulong)Flat.UploadTicks <= (ulong)DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(Flat.UploadTicks, TimeSpan.Zero)
            : null;

    /// <summary>Whether the file's core metadata can be fetched beside it (PEP 658 and 714).</summary>
    public bool HasMetadataFile => Has(FlatFileFlags.HasMetadata);

    /// <summary>The best hash of the metadata file, if the index states one.</summary>
    public FileHash? MetadataHash => Best(ReadStated(isMetadata: true).Hashes);

    /// <summary>What is wrong with the hashes that the index states of the metadata file.</summary>
    public Diagnostic? MetadataHashProblem => ReadStated(isMetadata: true).Problem;

    public bool Equals(IndexFile other) => ReferenceEquals(page, other.page) && index == other.index;

    public override bool Equals(object? obj) => obj is IndexFile other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(page, index);

    /// <summary>The file's name.</summary>
    public override string ToString() => FileName;

    public static bool operator ==(IndexFile left, IndexFile right) => left.Equals(right);

    public static bool operator !=(IndexFile left, IndexFile right) => !left.Equals(right);

    private bool Has(FlatFileFlags flag) => (Flat.Flags & flag) != FlatFileFlags.None;

    private static FileHash? Best(ImmutableArray<FileHash> hashes)
    {
        FileHash? best = null;
        foreach (var hash in hashes)
        {
            if (hash.Algorithm is HashAlgorithm.Sha256)
                return hash;
            if (best is null || hash.Digest.Length > best.Digest.Length)
                best = hash;
        }

        return best;
    }

    private (ImmutableArray<FileHash> Hashes, Diagnostic? Problem) ReadStated(bool isMetadata)
    {
        var file = Flat;
        return isMetadata
            ? ReadHashes(
                Has(FlatFileFlags.HasMetadataSha256) ? file.MetadataSha256 : default(ReadOnlySpan<byte>),
                page.BytesOf(file.OtherMetadataHashesStart, file.OtherMetadataHashesLength)
            )
            : ReadHashes(
                Has(FlatFileFlags.HasSha256) ? file.Sha256 : default(ReadOnlySpan<byte>),
                page.BytesOf(file.OtherHashesStart, file.OtherHashesLength)
            );
    }

    /// <summary>
    /// Reads hashes. One that is malformed is a problem in any case; a function that is not known is one only where nothing else is
    /// stated that a file can be trusted by, since indexes may add functions (PEP 691).
    /// </summary>
    private static (ImmutableArray<FileHash> Hashes, Diagnostic? Problem) ReadHashes(
        ReadOnlySpan<byte> sha256,
        ReadOnlySpan<byte> others
    )
    {
        var hashes = ImmutableArray.CreateBuilder<FileHash>();
        Diagnostic? malformed = null;
        Diagnostic? unknown = null;
        if (!sha256.IsEmpty)
            hashes.Add(FileHash.Create(HashAlgorithm.Sha256, sha256));
        foreach (var line in others.Split((byte)'\n'))
        {
            var text = Encoding.UTF8.GetString(others[line]);
            if (text.Length == 0)
                continue;
            if (FileHash.TryParse(text, out var hash, out var error))
                hashes.Add(hash);
            else if (FileHash.NamesKnownFunction(text))
                malformed ??= error;
            else
                unknown ??= error;
        }

        var problem = malformed ?? (hashes.Any(hash => hash.IsSecure) ? null : unknown);
        return (hashes.DrainToImmutable(), problem);
    }
}
