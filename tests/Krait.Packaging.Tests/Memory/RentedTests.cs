using Krait.Packaging.Memory;

namespace Krait.Packaging.Tests.Memory;

public sealed class RentedTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(8 * 1024 * 1024)]
    [InlineData((8 * 1024 * 1024) + 1)]
    public void Lends_what_was_asked_for_and_takes_it_back(int length)
    {
        var array = Rented<byte>.Take(length);
        Assert.True(array.Length >= length);
        Rented<byte>.Return(array);
    }

    [Fact]
    public async Task Another_thread_gets_the_large_array_that_one_gave_back()
    {
        // Of a type that nothing else rents.
        var returned = await OnThread(() =>
        {
            var array = Rented<Odd>.Take(100_000);
            Rented<Odd>.Return(array);
            return array;
        });
        var again = await OnThread(() => Rented<Odd>.Take(100_000));
        Assert.Same(returned, again);
    }

    private static async Task<T> OnThread<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => done.SetResult(work()));
        thread.Start();
        return await done.Task;
    }

    private readonly record struct Odd(int Value);
}
