using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Text;

namespace Krait.Packaging.Lockfiles;

/// <summary>A file that a pylock.toml names: an archive, a source distribution or a wheel.</summary>
public sealed record PylockFile
{
    /// <summary>The file's name, if it is stated; see <see cref="FileName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Where the file can be fetched.</summary>
    public string? Url { get; init; }

    /// <summary>Where the file is, relative to the lock file or absolute.</summary>
    public string? Path { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>When the file was uploaded, as TOML has it.</summary>
    public Toml.TomlDateTime? UploadTime { get; init; }

    /// <summary>Digests in hexadecimal by the name of their function; at least one.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Hashes { get; init; } = [];

    /// <summary>
    /// Reads the digests. One that is malformed is an error, and so are digests of which none is of a function that is secure and known:
    /// such a file could not be verified.
    /// </summary>
    /// <param name="hashes">Those of known functions.</param>
    /// <param name="error">Why the file cannot be verified.</param>
    public bool TryReadHashes(out ImmutableArray<FileHash> hashes, [NotNullWhen(false)] out Diagnostic? error)
    {
        var read = ImmutableArray.CreateBuilder<FileHash>();
        hashes = [];
        foreach (var (function, digest) in Hashes)
        {
            if (FileHash.TryParse(function, digest, out var hash, out error))
                read.Add(hash);
            else if (FileHash.IsKnown(function))
                return false;
        }

        hashes = read.ToImmutable();
        error = hashes.Any(hash => hash.IsSecure && hash.Algorithm is not HashAlgorithm.Blake2b)
            ? null
            : new Diagnostic("no-usable-hash", $"`{FileName}` cannot be verified: no usable hash")
            {
                Notes =
                [
                    $"it has {string.Join(", ", Hashes.Select(pair => $"`{PythonText.Printable(pair.Key)}`"))}; at least one of `sha256`, `sha384` and `sha512` is required",
                ],
            };
        return error is null;
    }

    /// <summary>The folder of the project inside an archive.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The file's name: as stated, or the last part of its path or URL; null if there is none.</summary>
    public string? FileName
    {
        get
        {
            if (!string.IsNullOrEmpty(Name))
                return Name;
            var name = Location.Of(string.IsNullOrEmpty(Path) ? Url ?? "" : Path).FileName;
            return name.Length == 0 ? null : name;
        }
    }

    public bool Equals(PylockFile? other) =>
        other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && string.Equals(Url, other.Url, StringComparison.Ordinal)
        && string.Equals(Path, other.Path, StringComparison.Ordinal)
        && Size == other.Size
        && string.Equals(UploadTime?.Text, other.UploadTime?.Text, StringComparison.Ordinal)
        && string.Equals(Subdirectory, other.Subdirectory, StringComparison.Ordinal)
        && Hashes.SequenceEqual(other.Hashes);

    public override int GetHashCode() => HashCode.Combine(Name, Url, Path, Size, Hashes.Length);
}
