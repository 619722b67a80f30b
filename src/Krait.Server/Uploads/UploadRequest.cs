using Krait.Packaging.Names;
using Krait.Server.Storage;

namespace Krait.Server.Uploads;

/// <summary>A distribution that a client sends, with what the client says of it.</summary>
/// <param name="Project">The project that it is of.</param>
/// <param name="FileName">Its name.</param>
/// <param name="Fields">The fields of the form, by their names; of repeated ones the first.</param>
/// <param name="Content">The bytes, which are on disk but not stored yet.</param>
internal sealed record UploadRequest(
    PackageName Project,
    string FileName,
    IReadOnlyDictionary<string, string> Fields,
    BlobWriter Content
);
