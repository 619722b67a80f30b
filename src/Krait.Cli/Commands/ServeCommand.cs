using System.Globalization;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands;

/// <summary>`krait serve`: starts the package index `krait-server`, an executable of its own that lies beside krait.</summary>
internal static class ServeCommand
{
    private const string Program = "krait-server";

    private static readonly Option Host = new(
        "host",
        OptionKind.Value,
        "Listen on this IP address [default: 127.0.0.1]"
    )
    {
        ValueName = "ADDRESS",
        Variable = "SERVE_HOST",
    };
    private static readonly Option Port = new(
        "port",
        OptionKind.Value,
        "Listen on this port; 0 lets the system choose one [default: 8411]"
    )
    {
        ValueName = "N",
        Variable = "SERVE_PORT",
    };
    private static readonly Option Dir = new(
        "dir",
        OptionKind.Value,
        "Keep everything in this directory [default: ~/.local/share/krait/server]"
    )
    {
        Content = OptionContent.Path,
        ValueName = "DIR",
        Variable = "SERVE_DIR",
    };
    private static readonly Option IndexUrl = new(
        "index-url",
        OptionKind.Values,
        "Proxy this index; the first one given that has a project answers for it [default: the public index]"
    )
    {
        Short = 'i',
        ValueName = "URL",
    };
    private static readonly Option Config = new(
        "config",
        OptionKind.Value,
        "Read namespaces, views, policy and limits from this file"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
        Variable = "SERVE_CONFIG",
    };

    private static readonly Option FromBundle = new(
        "from-bundle",
        OptionKind.Value,
        "Serve the files of a bundle (`krait bundle pack`), and nothing else"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };

    private static readonly Option[] All = [Host, Port, Dir, IndexUrl, Config, FromBundle];

    public static Command Command { get; } =
        new("serve", "Run a package index that caches others and takes uploads")
        {
            UsesSettings = false,
            Options = () => [.. All],
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        // A server whose starter was killed would hold its directory and its port, and nobody would know of it.
        var words = new List<string>
        {
            "serve",
            string.Create(CultureInfo.InvariantCulture, $"--stop-with={Environment.ProcessId}"),
        };
        foreach (var option in All)
        {
            foreach (var value in arguments.Values(option))
                words.Add($"--{option.Name}={value}");
        }

        return new ForegroundProcess(Find(context))
        {
            Arguments = words,
            WorkingFolder = context.WorkingFolder,
            Environment = context.Variables,
            SharesTerminal = context.Terminal.IsInteractive,
        }.RunAsync();
    }

    private static string Find(KraitContext context)
    {
        var here = Path.GetDirectoryName(Environment.ProcessPath) ?? "/";
        var path = context.Variables.GetValueOrDefault("PATH", "");
        return ProgramSearch.Find(Program, here + Path.PathSeparator + path)
            ?? throw new KraitException(
                new Diagnostic("server-missing", $"`{Program}` was not found next to krait")
                {
                    Notes = [$"looked in `{here}` and in PATH"],
                    Hints = [$"Put the executable `{Program}` of the same release into `{here}`"],
                }
            );
    }
}
