using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Tracing;

namespace Krait.Cli.Runs;

/// <summary>The file of `--trace`: written once before anything is done, so that a path that cannot be written is no surprise at the end.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly string path;
    private readonly TraceLog log;

    private TraceFile(string path, TraceLog log)
    {
        this.path = path;
        this.log = log;
    }

    /// <summary>Begins to record; null where nobody asked for it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="workingFolder">What a relative path starts from.</param>
    /// <param name="started">When the run began, as <see cref="System.Diagnostics.Stopwatch"/> counts.</param>
    /// <exception cref="KraitException">The file cannot be written (unusable input).</exception>
    public static TraceFile? Open(ParsedArguments arguments, string workingFolder, long started)
    {
        if (arguments.Value(GlobalOptions.Trace) is not { Length: > 0 } path)
            return null;
        try
        {
            var full = Path.GetFullPath(path, workingFolder);
            AtomicFile.Write(full, [], durable: false);
            var opened = Tracer.Open(started);
            opened.AddPast("parse command line", started);
            return new TraceFile(full, opened);
        }
        catch (FileSystemException failure)
        {
            throw new KraitException(
                new Diagnostic("unwritable-trace", $"cannot write the trace to `{path}`") { Notes = [failure.Message] },
                failure
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    /// <summary>Writes what was recorded.</summary>
    public void Dispose()
    {
        log.Dispose();
        using var text = new MemoryStream();
        log.Write(text);
        AtomicFile.Write(path, text.GetBuffer().AsSpan(0, (int)text.Length), durable: false);
    }
}
