using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Cli.Commands;
using Krait.Cli.Commands.Shims;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Cli.Settings;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;

namespace Krait.Cli;

/// <summary>The process: reads the command line, runs one command, turns what went wrong into a message and an exit code.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] words)
    {
        words = ShimNames.Translate(ProgramName.Read(), words);
        if (words is ["--version" or "-V"])
        {
            return PrintVersion();
        }

        try
        {
            return await OpenAndRunAsync(words);
        }
        catch (IOException failure) when (IsBrokenPipe(failure))
        {
            // Not even the message about what failed has a reader.
            return ExitCodes.ReaderGone;
        }
        catch (Exception failure) when ((failure as IOException ?? failure.InnerException) is IOException cause)
        {
            // Not even the console could be opened.
            LastWords.Write($"error: krait cannot start: {FileSystemException.MeaningOf(cause)}\n");
            return 1;
        }
    }

    private static async Task<int> OpenAndRunAsync(string[] words)
    {
        if (OpenFileLimit.Ensure() is < OpenFileLimit.Needed and var limit)
        {
            LastWords.Write(
                $"error: krait cannot start: this process may have no more than {limit} files open, and {OpenFileLimit.Needed} are needed\n"
                    + "hint: Raise the limit of open files, with `ulimit -n` in most shells\n"
            );
            return 1;
        }

        var variables = ProcessVariables.Read();
        SystemCertificates.LeaveUnread();
        using var interrupt = new ProcessInterrupt();
        ProcessSignals.SurviveFileSizeLimit();
        var terminal = Terminal.Open(variables, EarlyChoices.Color(words));
        var code = await RunAsync([.. words], terminal, variables, Environment.CurrentDirectory, interrupt.Token);
        return Finish(terminal, code);
    }

    /// <summary>Answers before anything else is touched: scripts ask this often.</summary>
    private static int PrintVersion()
    {
        try
        {
            using var output = new StandardOutput();
            output.Write(System.Text.Encoding.UTF8.GetBytes(ProductVersion.Line + "\n"));
            return 0;
        }
        catch (IOException failure) when (IsBrokenPipe(failure))
        {
            return ExitCodes.ReaderGone;
        }
        catch (IOException failure)
        {
            LastWords.Write($"error: {Unwritten(failure).Message}\n");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Parses and runs; every failure that a user can meet ends here.</summary>
    /// <param name="words">The arguments of the process.</param>
    /// <param name="terminal">The console.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="workingFolder">The folder that relative paths start from.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(
        ImmutableArray<string> words,
        Terminal terminal,
        IReadOnlyDictionary<string, string> variables,
        string workingFolder,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            terminal.WritesJsonErrors = EarlyChoices.WritesJsonErrors(words, variables);
            var arguments = ArgumentParser.Parse(CommandTable.All, words, variables);
            // Whoever asks for help is answered, whatever else cannot be used.
            if (arguments.WasGiven(GlobalOptions.Version))
            {
                terminal.WriteResult(ProductVersion.Line);
                return 0;
            }

            if (arguments.WasGiven(GlobalOptions.Help))
            {
                var isLong = words.Any(word => word.StartsWith("--h", StringComparison.Ordinal));
                HelpText.Write(terminal, arguments.Command, isLong);
                return 0;
            }

            using var trace = TraceFile.Open(arguments, workingFolder, started);
            using var everything = Tracer.Begin("run command", arguments.Command.Path);
            var context = Prepare(arguments, terminal, OptionVariables.WithUv(variables), workingFolder);
            return await arguments.Command.RunAsync(WithSettings(context, arguments), arguments, cancellationToken);
        }
        catch (KraitException failure)
        {
            DiagnosticRenderer.WriteError(terminal, failure.Diagnostic);
            return ExitCodes.Of(failure.Kind);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            DiagnosticRenderer.WriteInterrupted(terminal);
            return ExitCodes.Interrupted;
        }
        catch (IOException closed) when (IsBrokenPipe(closed))
        {
            return ExitCodes.ReaderGone;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file of a kind whose failure nobody foresaw: the system's answer still means something to the user.
            DiagnosticRenderer.WriteError(terminal, FileFailure(failure));
            return 1;
        }
        catch (OutOfMemoryException)
        {
            DiagnosticRenderer.WriteError(terminal, new Diagnostic("out-of-memory", "there is not enough memory"));
            return ExitCodes.Failed;
        }
#pragma warning disable CA1031 // The one place where a bug is caught: to say that it is one.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            DiagnosticRenderer.WriteError(terminal, BugReport(bug));
            return ExitCodes.Bug;
        }
    }

    private static KraitContext WithSettings(KraitContext context, ParsedArguments arguments)
    {
        if (!arguments.Command.UsesSettings)
            return context;
        using var span = Tracer.Begin("read settings");
        return context with { Settings = ProjectConfiguration.Apply(context, arguments, CommandTable.All) };
    }

    /// <summary>Whether the reader of our output is gone.</summary>
    private static bool IsBrokenPipe(IOException failure) =>
        FileSystemException.ErrorOf(failure) == FileError.BrokenPipe;

    private static Diagnostic FileFailure(Exception failure) =>
        new("file-system", $"a file could not be used: {FileSystemException.MeaningOf(failure)}");

    private static Diagnostic BugReport(Exception bug) =>
        new("bug", $"krait made a mistake: {bug.GetType().Name}: {bug.Message}")
        {
            Notes = [.. (bug.StackTrace ?? "").Split('\n').Take(12).Select(line => line.Trim())],
            Hints = ["This is a bug in krait, not in your input: please report it with these lines"],
        };

    /// <summary>Applies the general options.</summary>
    private static KraitContext Prepare(
        ParsedArguments arguments,
        Terminal terminal,
        IReadOnlyDictionary<string, string> variables,
        string workingFolder
    )
    {
        terminal.Verbosity = (Verbosity)
            Math.Clamp(
                (int)Verbosity.Normal + arguments.Count(GlobalOptions.Verbose) - arguments.Count(GlobalOptions.Quiet),
                (int)Verbosity.Silent,
                (int)Verbosity.Trace
            );
        // A wrong value is an error, not text.
        _ = arguments.Value(GlobalOptions.ErrorFormat);
        if (arguments.Value(GlobalOptions.Directory) is { } folder)
            workingFolder = ChangeFolder(folder, workingFolder);
        foreach (var option in arguments.Command.Options().Concat(GlobalOptions.All))
        {
            if (option.Ignored is { } reason && arguments.WasGiven(option))
            {
                var text = $"`--{option.Name}` has no effect: {reason}";
                DiagnosticRenderer.WriteWarning(terminal, new Diagnostic("ignored-option", text));
            }
        }

        return new KraitContext(terminal, variables, workingFolder, TimeProvider.System);
    }

    private static string ChangeFolder(string folder, string workingFolder)
    {
        try
        {
            var path = Path.GetFullPath(folder, workingFolder);
            // A host that works elsewhere is not moved: its other commands would lose their place.
            if (string.Equals(Environment.CurrentDirectory, workingFolder, StringComparison.Ordinal))
                Environment.CurrentDirectory = path;
            else if (!FolderTree.IsFolder(path))
                throw new DirectoryNotFoundException();
            return path;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new KraitException(new Diagnostic("no-folder", $"cannot change to the directory `{folder}`"), cause)
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    /// <summary>Sends what is still to be said on its way: a command whose answer did not arrive has failed.</summary>
    /// <param name="terminal">The console.</param>
    /// <param name="code">The exit code of the command.</param>
    /// <returns>The exit code of the process.</returns>
    internal static int Finish(Terminal terminal, int code)
    {
        try
        {
            terminal.Flush();
            return code;
        }
        catch (IOException failure)
        {
            // Where the reader of our output went away, nothing is left to tell it.
            if (IsBrokenPipe(failure))
                return code == ExitCodes.Done ? ExitCodes.ReaderGone : code;
            DiagnosticRenderer.WriteError(terminal, Unwritten(failure));
            return code == 0 ? 1 : code;
        }
    }

    private static Diagnostic Unwritten(IOException failure) =>
        new("unwritten-output", $"cannot write to standard output: {FileSystemException.MeaningOf(failure)}");
}
