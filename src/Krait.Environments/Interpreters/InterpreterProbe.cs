using System.Globalization;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;

namespace Krait.Environments.Interpreters;

/// <summary>
/// Asks interpreters about themselves, each once: answers are kept in the cache under the program's real path, and hold for as long
/// as its inode, size and times and the system that it runs on stay the same. A damaged or foreign entry is asked again.
/// </summary>
/// <param name="cache">Where answers are kept; null to ask each time.</param>
public sealed class InterpreterProbe(CacheFolder? cache)
{
    private const string Header = "krait-interpreter 4";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly SingleFlight<string, Interpreter> probes = new(keepResults: true);
    private int started;

    /// <summary>The system that markers tell of: its kernel may be another one the next time.</summary>
    internal string System { get; init; } = SystemName.Read();

    /// <summary>How many interpreters were started to answer, for tests and traces.</summary>
    public int ProcessesStarted => started;

    /// <summary>Describes the interpreter at a path.</summary>
    /// <exception cref="InterpreterException">There is no usable interpreter at the path.</exception>
    public async Task<Interpreter> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        var real = LinkResolver.Resolve(path) ?? throw InterpreterException.Missing(path);
        var error = FileStatus.TryRead(real, followLinks: true, out var status);
        if (error != FileError.None || status.Kind != FileKind.File)
            throw InterpreterException.Missing(path);
        if (!status.IsExecutable)
            throw InterpreterException.NotExecutable(path);
        if (TryReadKept(real, status) is { } kept)
            return kept;
        return await probes.RunAsync(real, (_, token) => AskAsync(real, status, token), cancellationToken);
    }

    /// <summary>Describes the interpreter at a path; null when there is none that can be used.</summary>
    public async Task<Interpreter?> TryProbeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ProbeAsync(path, cancellationToken);
        }
        catch (InterpreterException)
        {
            // A shim for a version that is not installed, or a program that is broken.
            return null;
        }
    }

    /// <summary>The kept answer for an interpreter, without starting it.</summary>
    private Interpreter? TryReadKept(string real, FileStatus status)
    {
        if (probes.TryGet(real, out var known))
            return known;
        if (cache is null || MappedFile.TryOpen(EntryPath(cache, real), out var file) != FileError.None || file is null)
            return null;
        using IDisposable closing = file;
        var bytes = file.Memory;
        var end = bytes.Span.IndexOf((byte)'\n');
        if (
            end < 0
            || !bytes
                .Span[..end]
                .SequenceEqual(Encoding.UTF8.GetBytes(Signature(real, status, bytes.Span[(end + 1)..])))
        )
        {
            return null;
        }

        if (InterpreterFacts.TryParse(bytes[(end + 1)..]) is not { } facts)
            return null;
        var interpreter = new Interpreter(real, facts);
        probes.TryAdd(real, interpreter);
        return interpreter;
    }

    private async Task<Interpreter> AskAsync(string real, FileStatus status, CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("ask interpreter", real);
        Interlocked.Increment(ref started);
        var run = new Subprocess(real) { Arguments = ["-I", "-S", "-B", "-c", ProbeScript.Text], Limit = Limit };
        SubprocessResult result;
        try
        {
            result = await run.RunAsync(lines: null, cancellationToken);
        }
        catch (KraitException e) when (e is not InterpreterException)
        {
            throw InterpreterException.Failed(real, e.Diagnostic, e);
        }

        var answer = LastLine(result.Output);
        if (result.ExitCode != 0 || InterpreterFacts.TryParse(Encoding.UTF8.GetBytes(answer)) is not { } facts)
            throw await ExplainAsync(real, result, cancellationToken);
        if (facts.Major < 3 || facts is { Major: 3, Minor: < 6 })
            throw InterpreterException.TooOld(real, $"{facts.Major}.{facts.Minor}.{facts.Micro}");
        // A wrapper script answers for another program, and may answer otherwise the next time: nothing is kept for it.
        var isProgram = !await StartsWithShebangAsync(real, cancellationToken);
        if (
            !isProgram
            && LinkResolver.Resolve(facts.Executable) is { } behind
            && !string.Equals(behind, real, StringComparison.Ordinal)
        )
        {
            return await ProbeAsync(behind, cancellationToken);
        }

        if (isProgram && cache is not null)
            Keep(cache, real, status, Encoding.UTF8.GetBytes(answer));
        return new Interpreter(real, facts);
    }

    /// <summary>Tells an interpreter that is too old for the probe from one that does not work.</summary>
    private static async Task<InterpreterException> ExplainAsync(
        string real,
        SubprocessResult result,
        CancellationToken cancellationToken
    )
    {
        var run = new Subprocess(real)
        {
            Arguments = ["-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"],
            Limit = Limit,
        };
        try
        {
            var second = await run.RunAsync(lines: null, cancellationToken);
            var isOld =
                second.ExitCode == 0
                && Version.TryParse(second.Output.Trim(), out var version, out _)
                && version < Version.Parse("3.6");
            if (isOld)
                return InterpreterException.TooOld(real, second.Output.Trim());
        }
        catch (KraitException e) when (e is not InterpreterException)
        {
            return InterpreterException.Failed(real, e.Diagnostic, e);
        }

        return InterpreterException.Failed(real, result);
    }

    private void Keep(CacheFolder cache, string real, FileStatus status, ReadOnlySpan<byte> answer)
    {
        try
        {
            _ = cache.Bucket(CacheBucket.Interpreters);
            var entry = Encoding.UTF8.GetBytes(Signature(real, status, answer) + "\n");
            CacheFolder.WriteFile(EntryPath(cache, real), entry, answer);
        }
        catch (FileSystemException)
        {
            // The answer is as good without the cache.
        }
    }

    private static string EntryPath(CacheFolder cache, string real) =>
        Path.Join(cache.PathOf(CacheBucket.Interpreters), Checksum(Encoding.UTF8.GetBytes(real)) + ".json");

    private string Signature(string real, FileStatus status, ReadOnlySpan<byte> answer) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Header} {status.Inode} {status.Size} {status.Modified} {status.Changed} {Checksum(answer)} {System} {real}"
        );

    /// <summary>FNV-1a in 64 bits: against damage, not against enemies, who could write right checksums as well.</summary>
    private static string Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes)
            hash = (hash ^ value) * 1099511628211UL;
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static async Task<bool> StartsWithShebangAsync(string path, CancellationToken cancellationToken)
    {
        var folder = DirectoryHandle.Open(Path.GetDirectoryName(path) ?? "/");
        using (folder)
        {
            if (folder.TryOpenFile(Path.GetFileName(path), out var file) != FileError.None || file is null)
                return false;
            using (file)
            {
                var start = new byte[2];
                return await RandomAccess.ReadAsync(file, start, 0, cancellationToken) == 2
                    && start.AsSpan().SequenceEqual("#!"u8);
            }
        }
    }

    /// <summary>The answer; a site customization of the interpreter's owner may have printed before it.</summary>
    private static string LastLine(string output)
    {
        var text = output.TrimEnd();
        return text[(text.LastIndexOf('\n') + 1)..];
    }
}
