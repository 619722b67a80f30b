using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Krait.Packaging.Names;
using Krait.Server.Pages;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Load;

/// <summary>The directory of a server with many uploaded projects, made without uploading them.</summary>
internal static class MadeStore
{
    /// <summary>How many projects are large and have metadata; `p0` needs all of the others.</summary>
    public const int Large = 120;

    private const int Versions = 20;

    /// <summary>Fills a directory: `p0` to `p119`, and small projects up to the count.</summary>
    public static async Task MakeAsync(string path, int count, CancellationToken cancellationToken)
    {
        using var folder = StoreFolder.Open(path);
        var blobs = new BlobStore(folder);
        var documents = new DocumentStore(blobs);
        var projects = ProjectStore.Open(folder, "team", isOwn: true);
        for (var i = 0; i < Math.Max(count, Large); i++)
        {
            var (document, facts) = i < Large ? MakeLarge(i, blobs) : MakeSmall(i);
            var id = await documents.WriteAsync(document, isDurable: false, cancellationToken);
            await projects.ChangeAsync(
                document.Project,
                isDurable: false,
                state => ValueTask.FromResult(state with { Document = id, Files = facts }),
                cancellationToken
            );
        }
    }

    private static (ProjectDocument Document, ImmutableDictionary<string, FileFact> Facts) MakeLarge(
        int number,
        BlobStore blobs
    )
    {
        var project = PackageName.Parse(Name(number));
        var files = ImmutableArray.CreateBuilder<FileEntry>();
        var facts = ImmutableDictionary.CreateBuilder<string, FileFact>(StringComparer.Ordinal);
        for (var version = Versions; version > 0; version--)
        {
            var metadata = blobs.Write(MetadataOf(number, version), isDurable: false);
            foreach (var tags in (string[])["py3-none-any", "cp312-cp312-manylinux_2_17_x86_64"])
            {
                var file = Entry(project, $"{Name(number)}-1.{version}-{tags}.whl") with
                {
                    HasMetadata = true,
                    MetadataSha256 = metadata.Hex,
                };
                files.Add(file);
                facts[file.FileName] = Fact(file) with { Metadata = metadata };
            }
        }

        return (new ProjectDocument { Project = project, Files = files.ToImmutable() }, facts.ToImmutable());
    }

    private static (ProjectDocument Document, ImmutableDictionary<string, FileFact> Facts) MakeSmall(int number)
    {
        var project = PackageName.Parse(Name(number));
        var file = Entry(project, $"{Name(number)}-1.0-py3-none-any.whl");
        return (
            new ProjectDocument { Project = project, Files = [file] },
            ImmutableDictionary.Create<string, FileFact>(StringComparer.Ordinal).Add(file.FileName, Fact(file))
        );
    }

    private static byte[] MetadataOf(int number, int version)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Metadata-Version: 2.1\nName: {Name(number)}\nVersion: 1.{version}\nRequires-Python: >=3.9\n"
        );
        for (var other = 1; number == 0 && other < Large; other++)
            text.Append(CultureInfo.InvariantCulture, $"Requires-Dist: {Name(other)}>=1\n");
        // As long as most are.
        text.Append("Requires-Dist: colorama; sys_platform == 'win32'\n\n").Append('x', 3000);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static FileEntry Entry(PackageName project, string fileName)
    {
        var entry = FileEntry.TryCreate(project, fileName) ?? throw new LoadException(fileName);
        return entry with
        {
            Hashes = entry.Hashes.SetItem("sha256", BlobId.Of(Encoding.UTF8.GetBytes(fileName)).Hex),
            RequiresPython = ">=3.9",
            Size = 100_000,
            UploadTime = "2026-01-01T00:00:00.000000Z",
        };
    }

    private static FileFact Fact(FileEntry file) =>
        new()
        {
            Sha256 = BlobId.TryParse(file.Sha256, out var id) ? id : null,
            IsHeld = true,
            Uploaded = file.Uploaded,
        };

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"p{number}");
}
