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
        var settings = ServeCommand.SettingsOf(read, variables);
        if (settings.Database is not null)
        {
            return await WithSharedAsync(
                settings,
                async shared =>
                {
                    await shared.CheckAsync(repairs, cancellationToken);
                    return Tell(
                        console,
                        (shared.Problems, shared.Repaired),
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{shared.Blobs} blobs and {shared.References} references"
                        )
                    );
                }
            );
        }

        var path = ExistingFolder(settings);
        // Who only looks keeps no server from starting.
        using var folder = repairs ? StoreFolder.Open(path) : StoreFolder.OpenForReading(path);
        if (repairs)
            folder.RequireWriter();
        var check = new StoreCheck(folder, new BlobStore(folder), repairs);
        await check.RunAsync(SpacesOf(folder), cancellationToken);
        return Tell(
            console,
            (check.Problems, check.Repaired),
            string.Create(CultureInfo.InvariantCulture, $"{check.Blobs} blobs and {check.Projects} projects")
        );
    }

    public static async Task<int> CollectAsync(
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
        var settings = ServeCommand.SettingsOf(read, variables);
        var olderThan = TimeProvider.System.GetUtcNow() - age;
        var (blobs, bytes) = settings.Database is not null
            ? await WithSharedAsync(settings, shared => shared.CollectAsync(olderThan, cancellationToken))
            : CollectIn(ExistingFolder(settings), olderThan, cancellationToken);
        console.Say(string.Create(CultureInfo.InvariantCulture, $"Removed {blobs} blobs ({bytes} bytes)"));
        return 0;
    }

    private static (int Blobs, long Bytes) CollectIn(
        string path,
        DateTimeOffset olderThan,
        CancellationToken cancellationToken
    )
    {
        using var folder = StoreFolder.Open(path);
        folder.RequireWriter();
        var spaces = SpacesOf(folder).Select(name => ProjectStore.Open(folder, name, isOwn: true)).ToList();
        return GarbageCollection.Run(new BlobStore(folder), spaces, olderThan, cancellationToken);
    }

    /// <summary>Works on what servers share; they may run meanwhile.</summary>
    private static async Task<T> WithSharedAsync<T>(ServerSettings settings, Func<SharedUpkeep, Task<T>> workAsync)
    {
        var temporary = FolderTree.CreateTemporary("krait-server-");
        try
        {
            // The file of settings has both or none.
            await using var shared = new SharedUpkeep(settings.Database!, settings.Objects!, temporary);
            return await workAsync(shared);
        }
        finally
        {
            FolderTree.Remove(temporary);
        }
    }

    private static int Tell(
        ServerConsole console,
        (IReadOnlyList<string> Problems, IReadOnlyList<string> Repaired) found,
        string looked
    )
    {
        foreach (var line in found.Repaired)
            console.WriteLine("repaired: " + line);
        foreach (var line in found.Problems)
            console.WriteLine("problem: " + line);
        console.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Checked {looked}: {found.Problems.Count} problems, {found.Repaired.Count} repaired"
            )
        );
        return found.Problems.Count == 0 ? 0 : 1;
    }

    private static string ExistingFolder(ServerSettings settings)
    {
        var path = settings.Folder;
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
