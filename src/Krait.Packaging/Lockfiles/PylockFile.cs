using System.Collections.Immutable;
using Krait.Packaging.Locations;

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
