using System.Diagnostics;
using Krait.Cli.Rendering;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Tests.Commands;

/// <summary>Where results go: files, links, pipes, and places that have no room.</summary>
public sealed class OutputTests : IDisposable
{
    private const int NoSpace = 28;
    private const int BrokenPipe = 32;

    private readonly CommandLine line = new();

    public OutputTests()
    {
        line.Index.Add("tool", "3.0");
        line.Write("a.in", "tool\n");
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Writes_a_compilation_into_a_pipe()
    {
        using (var made = Process.Start("mkfifo", [line.At("pipe")]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var read = Task.Run(() => line.Read("pipe"), TestContext.Current.CancellationToken);
        // What already holds the pipe open would otherwise be read as the earlier output, without end.
        (await line.TypeAsync("pip compile a.in -o pipe --no-header --no-annotate")).Succeeded();
        Assert.Equal("tool==3.0\n", await read);
        Assert.True(Krait.Platform.Files.AtomicFile.IsStream(line.At("pipe")));
    }

    [Theory]
    [InlineData("/dev/stdout")]
    [InlineData("/dev/fd/1")]
    [InlineData("-")]
    public async Task Writes_a_compilation_to_standard_output_by_any_name(string name)
    {
        var answer = await line.TypeAsync($"pip compile a.in -o {name} --no-header --no-annotate");
        Assert.Equal("tool==3.0\n", answer.Succeeded().Output);
    }

    [Fact]
    public async Task Does_not_overwrite_a_source_through_a_link()
    {
        File.CreateSymbolicLink(line.At("link.txt"), line.At("a.in"));
        (await line.TypeAsync("pip compile a.in -o link.txt")).Failed(2, "`link.txt` is an input");
        Assert.Equal("tool\n", line.Read("a.in"));
        File.CreateSymbolicLink(line.At("link.in"), line.At("a.txt"));
        line.Write("a.txt", "tool\n");
        (await line.TypeAsync("pip compile link.in -o a.txt")).Failed(2, "`a.txt` is an input");
    }

    [Theory]
    [InlineData(0, NoSpace, 1)]
    [InlineData(2, NoSpace, 2)]
    [InlineData(0, BrokenPipe, 120)]
    [InlineData(2, BrokenPipe, 2)]
    public void A_command_whose_answer_did_not_arrive_has_failed(int code, int failure, int expected)
    {
        using var error = new StringWriter();
        using var output = new StreamWriter(new FailingStream(failure));
        var terminal = new Terminal(output, error, isInteractive: false, useColor: false);
        terminal.WriteResult("tool==3.0");
        Assert.Equal(expected, Program.Finish(terminal, code));
        Assert.Equal(failure == NoSpace, error.ToString().Contains("no space is left"));
    }

    /// <summary>A stream whose every write fails with an error number.</summary>
    private sealed class FailingStream(int errno) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("failed", errno);

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("failed", errno);
    }
}
