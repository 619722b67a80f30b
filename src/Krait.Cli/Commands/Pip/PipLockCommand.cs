using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip lock`: what an installation here would take, as a standard lock file for this Python and platform.</summary>
internal static class PipLockCommand
{
    private static readonly Option Output = new("output", OptionKind.Value, "Write this file; `-` is standard output")
    {
        Short = 'o',
        Content = OptionContent.Path,
        ValueName = "FILE",
        Default = "pylock.toml",
    };

    public static Command Command { get; } =
        new("pip lock", "Lock packages and their dependencies for this Python and platform")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    Output,
                    PipOptions.Editable,
                    .. SavingRun.Options.Where(option => option.Name is not "src"),
                    ForeignOptions.SourceFolder,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (sources, locks) = LockArguments.SplitAny(arguments, "lock");
        var output = arguments.Value(Output) ?? "pylock.toml";
        WarnOfName(context, output);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (interpreter, environment) = await run.FindBuildPythonAsync(cancellationToken);
        var (inputs, target, indexes) = await run.AskAsync(sources, interpreter, cancellationToken);
        // As with pip: what is used in place is a directory of this machine.
        inputs = await CloneArguments.PlaceAsync(context, arguments, "src", inputs, target.Markers, cancellationToken);
        var path = output is "-" ? null : Path.GetFullPath(output, context.WorkingFolder);
        var request = new PinRequest(inputs, target, Path.GetDirectoryName(path) ?? context.WorkingFolder)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            OnlyDependencies = arguments.IsOn(PipOptions.OnlyDeps),
        };
        var bench = run.Bench(indexes, interpreter, request, environment);
        request = request with
        {
            Locked = (
                await LockArguments.ReadAsync(
                    context,
                    arguments,
                    run.Loader,
                    locks,
                    (target, bench.Builds),
                    cancellationToken
                )
            ).Wheels,
        };
        var outcome = await new PinOperation(bench).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is PinOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var text = ((PinOutcome.Pinned)outcome).Pylock.Write([]);
        if (path is null)
        {
            context.Terminal.WriteExact(text);
            return ExitCodes.Done;
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text), durable: false);
        context.Terminal.Say($"Wrote {output}");
        return ExitCodes.Done;
    }

    private static void WarnOfName(KraitContext context, string output)
    {
        if (output is not "-" && !Pylock.IsFileName(Path.GetFileName(output)))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("lock-name", $"`{output}` is not a name that lock files have")
                {
                    Hints = ["Installers accept `pylock.toml` and `pylock.NAME.toml`"],
                }
            );
        }
    }
}
