using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Platform;

namespace Krait.Server.Commands;

/// <summary>What `krait-server` does with its words.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Unusable = 2;
    private const int Bug = 101;

    private const string Help = """
        krait-server: a package index that caches others and takes uploads

        Usage: krait-server [serve] [OPTIONS]
               krait-server token create --scope ACTION:NAME [--scope ...] [--note TEXT] [--expires TIME]
               krait-server token list
               krait-server token revoke ID
               krait-server fsck [--repair]
               krait-server gc [--older-than TIME]
               krait-server migrate

        serve:
          --host ADDRESS     Listen on this IP address [default: 127.0.0.1]
          --port N           Listen on this port; 0 lets the system choose one [default: 8411]
          --index-url URL    Proxy this index; the first one given that has a project answers for it
                             [default: the public index]
          --from-bundle FILE Serve the files of a bundle, and nothing else; without `--dir`, nothing is kept
          --access-log       Write a line of JSON for every request to standard output
          --stop-with PID    Stop when this process ends: that of the program that started the server

        all commands:
          --config FILE      Read namespaces, views, policy and limits from this file
          --dir DIR          Keep everything in this directory [default: ~/.local/share/krait/server]
          --help, --version

        ACTION is `read`, `upload` or `admin`, NAME a namespace or view, or `*` for all. TIME is like `90 days`.
        """;

    /// <summary>Runs a command.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="variables">The environment variables.</param>
    /// <param name="console">Where it writes.</param>
    /// <param name="cancellationToken">Ends it in good order.</param>
    /// <returns>The exit code.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The one place where a bug is caught: to say that it is one.")]
    public static async Task<int> RunAsync(
        IReadOnlyList<string> words,
        IReadOnlyDictionary<string, string> variables,
        ServerConsole console,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (words.Contains("--help", StringComparer.Ordinal) || words.Contains("-h", StringComparer.Ordinal))
            {
                console.WriteLine(Help);
                return 0;
            }

            if (words is ["--version" or "-V"])
            {
                console.WriteLine("krait-server " + Product.Version);
                return 0;
            }

            var isNamed = words.Count > 0 && !words[0].StartsWith('-');
            var command = isNamed ? words[0] : "serve";
            var rest = words.Skip(isNamed ? 1 : 0);
            return command switch
            {
                "serve" => await ServeCommand.RunAsync(rest, variables, console, cancellationToken),
                "token" => await TokenCommands.RunAsync(rest, variables, console, cancellationToken),
                "fsck" => await UpkeepCommands.CheckAsync(rest, variables, console, cancellationToken),
                "gc" => await UpkeepCommands.CollectAsync(rest, variables, console, cancellationToken),
                "migrate" => await MigrateCommand.RunAsync(rest, variables, console, cancellationToken),
                _ => throw Words.Unusable($"unknown command `{command}`", "See `krait-server --help`"),
            };
        }
        catch (KraitException failure)
        {
            console.WriteError(failure.Diagnostic);
            return failure.Kind is FailureKind.UnusableInput ? Unusable : Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception bug)
        {
            console.Say($"error: krait-server made a mistake: {bug}");
            return Bug;
        }
    }
}
