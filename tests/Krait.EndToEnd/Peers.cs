namespace Krait.EndToEnd;

/// <summary>pip, unpacked from beside the recorded index: the reference for what an installation looks like.</summary>
internal static class Peers
{
    private static readonly SemaphoreSlim Gate = new(1);

    /// <summary>The path of pip's executable; unpacked at the first call.</summary>
    public static async Task<string> PipAsync()
    {
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ".cache",
            "krait-peers"
        );
        await Gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var pip = Path.Combine(folder, "pip", "bin", "pip");
            if (!File.Exists(pip))
            {
                var script = Path.Combine(Machine.RequireShared(), "peers", "unpack.sh");
                (await Run.StartAsync("sh", [script, folder])).Succeeded();
            }

            return pip;
        }
        finally
        {
            Gate.Release();
        }
    }
}
