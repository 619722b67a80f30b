using System.Globalization;
using Krait.Platform.Files;
using Krait.Server.Settings;
using Krait.Server.Storage;
using Krait.Server.Upkeep;

namespace Krait.Server.Commands;

/// <summary>`krait-server fsck` and `krait-server gc`.</summary>
internal static class UpkeepCommands
{
    public static async Task<int> CheckAsync(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var read = Words.Read(words, ["--dir", "--config"], ["--repair"]);
        read.Expect(0);
        var repairs = read.Has("--repair");
        var path = FolderOf(read, variables);
        // Who only looks keeps no server from starting.
        using var folder = repairs ? StoreFolder.Open(path) : StoreFolder.OpenForReading(path);
        if (repairs)
            folder.RequireWriter();
        var check = new StoreCheck(folder, new BlobStore(folder), repairs);
        await check.RunAsync(SpacesOf(folder), cancellationToken);
        foreach (var line in check.Repaired)
            console.WriteLine("repaired: " + line);
        foreach (var line in check.Problems)
            console.WriteLine("problem: " + line);
        console.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Checked {check.Blobs} blobs and {check.Projects} projects: {check.Problems.Count} problems, {check.Repaired.Count} repaired"
            )
        );
        return check.Problems.Count == 0 ? 0 : 1;
    }

    public static int Collect(
        IEnumerable<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        var read = Words.Read(words, ["--dir", "--config", "--older-than"], []);
        read.Expect(0);
        var age = TimeSpan.FromDays(1);
        if (read.Value("--older-than") is { } text && !Quantities.TryTime(text, out age))
            throw Words.Unusable($"`--older-than` must be a time like `2 days`, not `{text}`");
        using var folder = StoreFolder.Open(FolderOf(read, variables));
        folder.RequireWriter();
        var spaces = SpacesOf(folder).Select(name => ProjectStore.Open(folder, name, isOwn: true)).ToList();
        var (blobs, bytes) = GarbageCollection.Run(
            new BlobStore(folder),
            spaces,
            DateTimeOffset.UtcNow - age,
            cancellationToken
        );
        console.Say(string.Create(CultureInfo.InvariantCulture, $"Removed {blobs} blobs ({bytes} bytes)"));
        return 0;
    }

    private static string FolderOf(Words read, IReadOnlyDictionary<string, string> variables)
    {
        var path = ServeCommand.SettingsOf(read, variables).Folder;
        return FolderTree.IsFolder(path)
            ? path
            : throw Words.Unusable(
                $"the directory `{path}` does not exist",
                "Pass the directory of the server with `--dir DIR`"
            );
    }

    private static IEnumerable<string> SpacesOf(StoreFolder folder) =>
        DirectoryHandle.ListAt(folder.At("refs")).Select(entry => entry.Name).Order(StringComparer.Ordinal);
}
