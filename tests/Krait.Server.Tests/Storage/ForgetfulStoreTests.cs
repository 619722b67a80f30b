using Krait.Packaging.Names;
using Krait.Server.Storage;
using Krait.Testing;

namespace Krait.Server.Tests.Storage;

/// <summary>A store that remembers hardly anything says the same as one that remembers all, also while it changes.</summary>
public sealed class ForgetfulStoreTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    public async Task Whoever_reads_sees_the_last_change_at_least(long capacity)
    {
        using var opened = StoreFolder.Open(folder.Path);
        var store = ProjectStore.Open(opened, "team", isOwn: true, capacity);
        var names = Enumerable.Range(0, 8).Select(i => PackageName.Parse($"p{i}")).ToArray();
        var acknowledged = new long[names.Length];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(() => Read(new Random(seed)), Token)).ToArray();
        for (var round = 0; round < 300; round++)
        {
            var i = round % names.Length;
            var changed = await store.ChangeAsync(
                names[i],
                isDurable: false,
                state => ValueTask.FromResult(state with { ETag = $"{round}" }),
                Token
            );
            Volatile.Write(ref acknowledged[i], changed.Serial);
        }

        await over.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(names, (name, i) => Assert.Equal(acknowledged[i], store.Find(name)?.Serial));

        void Read(Random random)
        {
            while (!over.IsCancellationRequested)
            {
                var i = random.Next(names.Length);
                var least = Volatile.Read(ref acknowledged[i]);
                Assert.True((store.Find(names[i])?.Serial ?? 0) >= least);
            }
        }
    }
}
