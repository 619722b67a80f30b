namespace Krait.Installer.Records;

/// <summary>One row of a RECORD file: a path, and what its content should be.</summary>
/// <param name="Path">As written, with `/` between segments.</param>
/// <param name="Hash">`sha256=…` in URL-safe base64 without padding; empty when the row states none.</param>
/// <param name="Size">The size as written; empty when the row states none.</param>
public readonly record struct RecordRow(string Path, string Hash, string Size);
