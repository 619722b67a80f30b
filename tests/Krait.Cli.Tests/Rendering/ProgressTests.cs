using Krait.Cli.Rendering;
using Krait.Index.Downloads;
using Krait.Platform.Processes;

namespace Krait.Cli.Tests.Rendering;

/// <summary>Progress lines on terminals of every width, as a terminal would show them.</summary>
public sealed class ProgressTests
{
    private const string LongName = "a-rather-long-name-of-a-package-number-one-1.0-cp312-cp312-manylinux_2_28.whl";

    public static TheoryData<int> Widths => [20, 21, 25, 39, 40, 60, 79, 80, 81, 120, 200, 300];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Lines_fit_the_terminal(int columns)
    {
        var clock = new StepClock();
        var meter = Busy(clock);
        foreach (var line in meter.Lines(columns - 1))
            Assert.InRange(VisibleText.Columns(VisibleText.Fit(line, columns - 1)), 1, columns - 1);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_line_is_left_behind(int columns)
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, isInteractive: true, useColor: true)
        {
            Size = () => new TerminalSize(columns, 24),
        };
        var meter = Busy(new StepClock());
        for (var i = 0; i < 5; i++)
            terminal.ShowLive(meter.Lines(columns - 1));
        terminal.Say("message");
        terminal.ShowLive(meter.Lines(columns - 1));
        terminal.ShowLive();
        Assert.Equal(["message"], Screen.Of(error.ToString(), columns));
    }

    [Theory]
    [InlineData(120, 40)]
    [InlineData(80, 20)]
    [InlineData(40, 100)]
    public void No_line_is_left_behind_when_the_width_changes(int before, int after)
    {
        using var error = new StringWriter();
        var columns = before;
        var terminal = new Terminal(TextWriter.Null, error, isInteractive: true, useColor: false)
        {
            Size = () => new TerminalSize(columns, 24),
        };
        terminal.ShowLive(new string('x', 300), LongName);
        var drawn = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        columns = after;
        error.GetStringBuilder().Clear();
        terminal.ShowLive();
        // The terminal wraps what was drawn anew: as many rows are taken back.
        var rows = drawn.Sum(line => (line.Length + after - 1) / after);
        Assert.Equal($"\r\u001b[{rows}A\u001b[J", error.ToString());
    }

    [Fact]
    public void Shows_size_rate_and_time_left()
    {
        var clock = new StepClock();
        var meter = new DownloadMeter(clock);
        meter.Begin(2, 10 * 1048576);
        meter.Follow(new DownloadEvent.Started("a.whl", 10 * 1048576));
        _ = meter.Lines(100);
        clock.Now += TimeSpan.FromSeconds(2);
        meter.Follow(new DownloadEvent.Advanced("a.whl", 4 * 1048576));
        Assert.EndsWith("4.0 MiB of 10.0 MiB  2.0 MiB/s  0:03 left", meter.Lines(100)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("left", meter.Lines(50)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_nothing_where_there_is_no_terminal()
    {
        using var error = new StringWriter();
        new Terminal(TextWriter.Null, error, isInteractive: false, useColor: false).ShowLive("x");
        new Terminal(TextWriter.Null, error, isInteractive: true, useColor: false) { WritesJsonErrors = true }.ShowLive(
            "x"
        );
        Assert.Equal("", error.ToString());
    }

    private static DownloadMeter Busy(StepClock clock)
    {
        var meter = new DownloadMeter(clock);
        meter.Begin(12, 50_000_000);
        foreach (var name in new[] { LongName, "short.whl", "包包包包包包包包包包包包包.whl", "\u001b]0;t\u0007.whl" })
        {
            meter.Follow(new DownloadEvent.Started(name, 9_000_000));
            meter.Follow(new DownloadEvent.Advanced(name, 4_000_000));
        }

        _ = meter.Lines(80);
        clock.Now += TimeSpan.FromSeconds(1);
        meter.Follow(new DownloadEvent.Advanced(LongName, 6_000_000));
        return meter;
    }

    private sealed class StepClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    /// <summary>What a terminal shows after some output: lines, cursor up, erasing, styles.</summary>
    private static class Screen
    {
        public static string[] Of(string text, int columns)
        {
            var rows = new List<string> { "" };
            var (row, column) = (0, 0);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] is '\n')
                {
                    (row, column) = (row + 1, 0);
                    if (row == rows.Count)
                        rows.Add("");
                }
                else if (text[i] is '\r')
                {
                    column = 0;
                }
                else if (text[i] is '\u001b')
                {
                    var end = text.AsSpan(i).IndexOfAnyInRange('A', 'Z') is >= 0 and var letter ? letter : int.MaxValue;
                    end = Math.Min(end, text.AsSpan(i).IndexOf('m') is >= 0 and var style ? style : int.MaxValue);
                    if (text[i + end] is 'A')
                    {
                        row -= int.Parse(
                            text.AsSpan(i + 2, end - 2),
                            System.Globalization.CultureInfo.InvariantCulture
                        );
                    }
                    else if (text[i + end] is 'J')
                    {
                        (rows[row], _) = (rows[row][..Math.Min(column, rows[row].Length)], Cut(rows, row + 1));
                    }

                    i += end;
                }
                else
                {
                    Assert.True(column < columns, "a line is wider than the terminal");
                    rows[row] = rows[row].PadRight(column + 1)[..column] + text[i];
                    column++;
                }
            }

            return [.. rows.Select(one => one.TrimEnd()).Where(one => one.Length > 0)];
        }

        private static bool Cut(List<string> rows, int from)
        {
            if (from < rows.Count)
                rows.RemoveRange(from, rows.Count - from);
            return true;
        }
    }
}
