using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Pip;

/// <summary>What a compilation reads and writes.</summary>
internal sealed class CompileFiles
{
    /// <summary>The files that pip-compile looks for; a `setup.py` comes last, because it cannot be read without running it.</summary>
    private static readonly string[] UsualSources = ["requirements.in", "pyproject.toml", "setup.cfg", "setup.py"];

    private readonly bool isStream;

    private CompileFiles(ImmutableArray<string> sources, string? output)
    {
        Sources = sources;
        Output = output;
        // A stream has no earlier content, and one such as `/dev/zero` has no end.
        isStream = output is not null && AtomicFile.IsStream(output);
        Earlier =
            output is not null && !isStream && PlainFile.TryRead(output, out var text) == FileError.None ? text : "";
    }

    /// <summary>The sources as the user names them.</summary>
    public ImmutableArray<string> Sources { get; }

    /// <summary>The absolute path of the output; null for standard output.</summary>
    public string? Output { get; }

    /// <summary>What the output holds now.</summary>
    public string Earlier { get; }

    /// <summary>Whether a lock file is written, not a requirements file.</summary>
    public bool IsLock { get; private init; }

    /// <summary>Finds them: those of the command line; without any source, the first usual one, compiled to its usual place.</summary>
    /// <exception cref="UsageException">There is nothing to compile, or the output is an input.</exception>
    public static CompileFiles Find(KraitContext context, ParsedArguments arguments)
    {
        var named = arguments.Value(CompileOptions.OutputFile);
        var sources = arguments.Positionals.ToImmutableArray();
        if (sources.IsEmpty && arguments.Values(PipOptions.Group).Count == 0)
        {
            var source = UsualSource(context);
            sources = [source];
            named ??= UsualOutput(source, arguments);
        }

        var output =
            named is null or "-" || AtomicFile.IsStandardOutput(named)
                ? null
                : Path.GetFullPath(named, context.WorkingFolder);
        if (output is not null && sources.Any(source => IsSame(context, source, output)))
        {
            throw new UsageException(
                $"`{named}` is an input, and would be overwritten",
                "Name another file with `-o FILE`"
            );
        }

        return new CompileFiles(sources, output)
        {
            IsLock = arguments.Value(CompileOptions.Format) is { } format
                ? format is "pylock.toml"
                : output is not null && Pylock.IsFileName(Path.GetFileName(output)),
        };
    }

    /// <summary>Writes the result, or with `--check` only says whether it is what the file holds already.</summary>
    public int Write(KraitContext context, ParsedArguments arguments, string text)
    {
        text = WithNewlines(context, arguments, text);
        if (arguments.IsOn(CompileOptions.Check) && Output is not null && !isStream)
            return Compare(context, text);
        if (Output is null || arguments.IsOn(PipOptions.DryRunOfTools))
        {
            context.Terminal.WriteExact(text);
            return 0;
        }

        // Waiting for the disk is worth it where an earlier file would be lost.
        var isThere = FileStatus.Exists(Output, followLinks: true);
        if (isStream || !isThere || !string.Equals(Earlier, text, StringComparison.Ordinal))
            AtomicFile.Write(Output, Encoding.UTF8.GetBytes(text), durable: isThere);
        return 0;
    }

    private int Compare(KraitContext context, string text)
    {
        if (string.Equals(Earlier, text, StringComparison.Ordinal))
            return 0;
        var shown = Path.GetRelativePath(context.WorkingFolder, Output ?? "");
        throw new KraitException(
            new Diagnostic("outdated", $"`{shown}` is not what its inputs compile to now")
            {
                Hints = ["Compile it again without `--check`"],
            }
        );
    }

    private static string UsualSource(KraitContext context) =>
        UsualSources.FirstOrDefault(name =>
            FileStatus.Exists(Path.Join(context.WorkingFolder, name), followLinks: true)
        )
        ?? throw new UsageException(
            "there is nothing to compile",
            "Name a file, for instance `requirements.in` or `pyproject.toml`"
        );

    private static string UsualOutput(string source, ParsedArguments arguments) =>
        arguments.Value(CompileOptions.Format) is "pylock.toml" ? "pylock.toml"
        : source.EndsWith(".in", StringComparison.Ordinal) ? Path.ChangeExtension(source, ".txt")
        : "requirements.txt";

    /// <summary>Whether a source is the file behind the output, whatever links lead to either.</summary>
    private static bool IsSame(KraitContext context, string source, string output)
    {
        var path = Path.GetFullPath(source, context.WorkingFolder);
        return string.Equals(path, output, StringComparison.Ordinal)
            || (
                FileStatus.TryRead(path, followLinks: true, out var read) == FileError.None
                && FileStatus.TryRead(output, followLinks: true, out var written) == FileError.None
                && read.Kind == FileKind.File
                && read.IsSameFileAs(written)
            );
    }

    /// <summary>The ends of lines: by default those that the output has, else those of the first source.</summary>
    private string WithNewlines(KraitContext context, ParsedArguments arguments, string text)
    {
        var newline = arguments.Value(CompileOptions.Newline)?.ToLowerInvariant() switch
        {
            "lf" => "\n",
            "crlf" => "\r\n",
            "native" => Environment.NewLine,
            _ => FirstNewline(Earlier)
                ?? Sources.Select(source => NewlineOf(context, source)).FirstOrDefault(n => n is not null),
        };
        return newline is null or "\n" ? text : text.Replace("\n", newline, StringComparison.Ordinal);
    }

    private static string? NewlineOf(KraitContext context, string source) =>
        source is not "-"
        && PlainFile.TryRead(Path.GetFullPath(source, context.WorkingFolder), out var text) == FileError.None
            ? FirstNewline(text)
            : null;

    private static string? FirstNewline(string text)
    {
        var at = text.IndexOf('\n', StringComparison.Ordinal);
        if (at < 0)
            return null;
        return at > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";
    }
}
