using Krait.Environments.Interpreters;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Testing;

namespace Krait.Environments.Tests.Interpreters;

public sealed class InterpreterProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asks_an_interpreter_once_and_remembers_the_answer()
    {
        var python = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        using var cache = await OpenAsync(folder);
        var first = new InterpreterProbe(cache);
        var asked = await first.ProbeAsync(python, Token);
        Assert.Equal(1, first.ProcessesStarted);

        var second = new InterpreterProbe(cache);
        var remembered = await second.ProbeAsync(python, Token);

        Assert.Equal(0, second.ProcessesStarted);
        Assert.Equal(asked.Version, remembered.Version);
        Assert.Equal(asked.Tags.Tags, remembered.Tags.Tags);
        Assert.Equal(asked.Markers, remembered.Markers);
    }

    [Fact]
    public async Task Asks_again_on_another_system()
    {
        var python = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        using var cache = await OpenAsync(folder);
        await new InterpreterProbe(cache).ProbeAsync(python, Token);

        var updated = new InterpreterProbe(cache) { System = "Linux 2.6.99" };
        await updated.ProbeAsync(python, Token);

        Assert.Equal(1, updated.ProcessesStarted);
    }

    [Fact]
    public async Task Asks_again_when_the_answer_is_damaged_at_any_byte()
    {
        var python = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        using var cache = await OpenAsync(folder);
        var expected = await new InterpreterProbe(cache).ProbeAsync(python, Token);
        var entry = Directory.GetFiles(cache.PathOf(CacheBucket.Interpreters)).Single();
        var right = await File.ReadAllBytesAsync(entry, Token);
        for (var at = 0; at < right.Length; at += 97)
        {
            var wrong = right.ToArray();
            wrong[at] ^= 0x15;
            await File.WriteAllBytesAsync(entry, at % 2 == 0 ? wrong : right[..at], Token);
            var probe = new InterpreterProbe(cache);
            Assert.Equal(expected.Version, (await probe.ProbeAsync(python, Token)).Version);
            Assert.Equal(1, probe.ProcessesStarted);
        }
    }

    [Fact]
    public async Task Shares_one_question_between_askers()
    {
        var python = (await RealPython.AnyAsync()).Executable;
        var probe = new InterpreterProbe(cache: null);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => probe.ProbeAsync(python, Token)));
        Assert.Equal(1, probe.ProcessesStarted);
    }

    [Fact]
    public async Task Follows_links_to_one_interpreter()
    {
        var python = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.At("link"), python);
        var probe = new InterpreterProbe(cache: null);
        Assert.Equal(python, (await probe.ProbeAsync(folder.At("link"), Token)).Executable);
    }

    [Fact]
    public async Task Refuses_Python_2_in_words()
    {
        var python = RealPython.OfPyenv("2.7");
        Assert.SkipWhen(python is null, "Python 2.7 is not installed");
        var error = await Assert.ThrowsAsync<InterpreterException>(() =>
            new InterpreterProbe(null).ProbeAsync(python, Token)
        );
        Assert.Equal((FailureKind.UnusableInput, "interpreter-too-old"), (error.Kind, error.Diagnostic.Code));
    }

    [Theory]
    [InlineData("3.6")]
    [InlineData("3.7")]
    [InlineData("3.8")]
    [InlineData("3.9")]
    [InlineData("3.10")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("3.13")]
    public async Task Understands_every_version(string version)
    {
        var python = RealPython.OfPyenv(version);
        Assert.SkipWhen(python is null, $"Python {version} is not installed");
        var interpreter = await new InterpreterProbe(null).ProbeAsync(python, Token);
        Assert.Equal(version, $"{interpreter.Major}.{interpreter.Minor}");
        Assert.Equal($"/e/lib/python{version}/site-packages", interpreter.PathsOfEnvironment("/e").PureLibrary);
        Assert.Equal($"/e/include/site/python{version}", interpreter.PathsOfEnvironment("/e").Headers);
        Assert.StartsWith(
            $"cp{interpreter.Major}{interpreter.Minor}-",
            interpreter.Tags.Tags.First().ToString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("#!/bin/sh\nexit 127\n")]
    [InlineData("#!/bin/sh\necho hello\n")]
    [InlineData("#!/nowhere/python\n")]
    [InlineData("\u007fELF rubbish")]
    [InlineData("")]
    public async Task Refuses_programs_that_are_no_interpreters(string content)
    {
        using var folder = new TempFolder();
        var path = folder.Write("python", content);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        var error = await Assert.ThrowsAsync<InterpreterException>(() =>
            new InterpreterProbe(null).ProbeAsync(path, Token)
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
    }

    [Fact]
    public async Task Refuses_what_is_missing_or_no_program()
    {
        using var folder = new TempFolder();
        var probe = new InterpreterProbe(null);
        await Assert.ThrowsAsync<InterpreterException>(() => probe.ProbeAsync(folder.At("python"), Token));
        await Assert.ThrowsAsync<InterpreterException>(() => probe.ProbeAsync(folder.Write("file", ""), Token));
        await Assert.ThrowsAsync<InterpreterException>(() => probe.ProbeAsync(folder.Path, Token));
    }

    private static Task<CacheFolder> OpenAsync(TempFolder folder) =>
        CacheFolder.OpenAsync(
            new CacheLocation(folder.At("cache"), IsExplicit: true),
            TimeSpan.FromSeconds(9),
            waiting: null,
            Token
        );
}
