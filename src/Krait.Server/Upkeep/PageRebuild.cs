using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Server.Pages;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Upkeep;

/// <summary>Makes the page of uploaded files again from what is known of them, except for yanks.</summary>
internal static class PageRebuild
{
    /// <summary>Makes and stores it.</summary>
    public static async Task RunAsync(
        IProjectStore projects,
        IBlobStore blobs,
        PackageName project,
        ProjectState state,
        CancellationToken cancellationToken
    )
    {
        var files = new List<FileEntry>();
        foreach (var (fileName, fact) in state.Files.Where(pair => pair.Value.Removed is null))
        {
            if (FileEntry.TryCreate(project, fileName) is not { } file || fact.Sha256 is not { } content)
                continue;
            using var blob = await blobs.TryOpenAsync(content, cancellationToken);
            if (blob is null)
                continue;
            files.Add(
                file with
                {
                    Hashes = file.Hashes.SetItem("sha256", content.Hex),
                    Size = blob.Length,
                    UploadTime = fact.Uploaded is { } uploaded ? PrivateSpace.TextOf(uploaded) : null,
                    RequiresPython = await RequiresPythonOfAsync(blobs, fact, cancellationToken),
                    HasMetadata = fact.Metadata is not null,
                    MetadataSha256 = fact.Metadata?.Hex,
                }
            );
        }

        var document = new ProjectDocument { Project = project, Files = [.. files] };
        var page = JsonPageWriter.Write(document, _ => "");
        var id = await blobs.WriteAsync(page, isDurable: true, cancellationToken);
        await projects.ChangeAsync(
            project,
            isDurable: true,
            known => new(known with { Document = id }),
            cancellationToken
        );
    }

    private static async ValueTask<string?> RequiresPythonOfAsync(
        IBlobStore blobs,
        FileFact fact,
        CancellationToken cancellationToken
    ) =>
        fact.Metadata is { } id
        && await blobs.TryReadAsync(id, cancellationToken) is { } content
        && CoreMetadata.TryParse(content, out var metadata, out _)
            ? metadata.RequiresPython?.ToString()
            : null;
}
