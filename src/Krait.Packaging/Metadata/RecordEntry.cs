namespace Krait.Packaging.Metadata;

/// <summary>A row of a RECORD file: an installed file with its hash and size, which the file RECORD itself does not have.</summary>
/// <param name="Path">The path relative to the folder of the `.dist-info` folder, as written.</param>
/// <param name="Hash">The hash as written (`sha256=` and URL-safe base64 without padding), or null.</param>
/// <param name="Size">The size in bytes, or null.</param>
public readonly record struct RecordEntry(string Path, string? Hash, long? Size);
