using Krait.Archives;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Platform.Caching;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Wheels;

/// <summary>A store in a fresh cache.</summary>
internal sealed class Store : IDisposable
{
    private readonly TempFolder folder = new();

    public Store(bool strict = false)
    {
        Cache = CacheFolder.OpenTemporary();
        Wheels = new WheelStore(Cache) { RequiresRightRecord = strict };
    }

    public CacheFolder Cache { get; }

    public WheelStore Wheels { get; }

    public string Bucket => Cache.PathOf(CacheBucket.Wheels);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static WheelKey Key(string fileName) =>
        new(WheelFileName.Parse(fileName), WheelKey.SourceOf("https://index.example/simple"));

    public StoredWheel Add(string fileName, byte[] wheel) =>
        Wheels.Add(Key(fileName), ByteSource.Over(wheel), hashes: [], Token);

    public StoredWheel Add(WheelForge forge) => Add(forge.FileName, forge.Build());

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(folder.At("files"));
        var path = folder.At("files", name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Every file below the buckets, to see that a refusal left none.</summary>
    public string[] Everything() =>
        [
            .. Directory
                .EnumerateFiles(Cache.Root, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Cache.Root, f))
                .Where(f => f is not (".lock" or "CACHEDIR.TAG")),
        ];

    public void Dispose()
    {
        Wheels.Dispose();
        Cache.Dispose();
        folder.Dispose();
    }
}
