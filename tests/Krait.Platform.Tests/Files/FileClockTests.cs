using Krait.Platform.Files;
using Krait.Testing;

namespace Krait.Platform.Tests.Files;

public sealed class FileClockTests : IDisposable
{
    private const long Second = 1_000_000_000;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_step_takes_some_milliseconds() => Assert.InRange(FileClock.Step, 1, 10_000_000);

    [Fact]
    public void A_file_that_is_written_now_may_have_changed_since_a_moment_ago()
    {
        var before = FileClock.Now(TimeProvider.System);
        var path = folder.Write("file", "text");
        Assert.Equal(FileError.None, FileStatus.TryRead(path, followLinks: true, out var status));
        Assert.True(FileClock.MayHaveChangedAfter(status.Changed, before));
        Assert.False(FileClock.MayHaveChangedAfter(status.Changed, before + Second));
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2 * Second, 3 * Second, true)]
    [InlineData(2 * Second, 4 * Second, true)]
    [InlineData(2 * Second, 5 * Second, false)]
    [InlineData(2 * Second + 1, 3 * Second, false)]
    [InlineData(0, 5 * Second, false)]
    public void Whole_seconds_hide_what_happened_in_them(long changed, long moment, bool mayHaveChanged) =>
        Assert.Equal(mayHaveChanged, FileClock.MayHaveChangedAfter(changed, moment));
}
