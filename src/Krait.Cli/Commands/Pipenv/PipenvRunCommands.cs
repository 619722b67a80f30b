using System.Buffers;
using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;
using Krait.Platform.Processes;
using Krait.Projects.Running;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>`krait pipenv run` and `shell`: programs in the environment.</summary>
internal static class PipenvRunCommands
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    public static Command Run { get; } =
        new("pipenv run", "Run a command or a script of the Pipfile in the environment")
        {
            Positional = new Positional("COMMAND", IsRequired: true, IsRepeatable: true),
            TakesWords = true,
            UsesSettings = false,
            Options = () => [],
            RunAsync = (context, arguments, token) =>
                PipenvInstallCommands.RunAsync(context, arguments, RunAsync, token),
        };

    public static Command Shell { get; } =
        new("pipenv shell", "Start a shell in the environment")
        {
            Positional = new Positional("ARGUMENT", IsRequired: false, IsRepeatable: true),
            TakesWords = true,
            UsesSettings = false,
            Options = () => [],
            RunAsync = (context, arguments, token) =>
                PipenvInstallCommands.RunAsync(context, arguments, ShellAsync, token),
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var words = arguments.Positionals;
        if (words.Count == 0)
        {
            throw new UsageException(
                "`krait pipenv run` needs a command",
                "List the scripts with `krait pipenv scripts`"
            );
        }

        var pipfile = work.Project.Exists ? work.Project.ReadPipfile() : null;
        await work.EnsureEnvironmentAsync(pipfile, cancellationToken);
        var script = pipfile
            ?.Scripts.FirstOrDefault(pair => string.Equals(pair.Key, words[0], StringComparison.Ordinal))
            .Value;
        var commands = script is null
            ?
            [
                [.. words],
            ]
            : Commands(words[0], script);
        var code = ExitCodes.Done;
        for (var index = 0; index < commands.Length; index++)
        {
            // What was typed behind the script goes to the last of its commands.
            var command =
                script is not null && index == commands.Length - 1
                    ? commands[index].AddRange(words.Skip(1))
                    : commands[index];
            code = await RunCommandAsync(context, work, command, cancellationToken);
            if (code != ExitCodes.Done)
                return code;
        }

        return code;
    }

    /// <summary>The commands of a script, each as words.</summary>
    private static ImmutableArray<ImmutableArray<string>> Commands(string name, TomlValue script)
    {
        if (script.AsString is { } text)
            return [Words(name, text)];
        if (script.AsTable?.GetString("call") is { } call)
            return [Call(name, call)];
        if (script.AsArray is { } array)
            return [.. array.Items.SelectMany(item => Commands(name, item))];
        throw new UsageException(
            $"the script `{name}` is {script.KindInWords}, where a command is needed",
            "Write it as a string"
        );
    }

    private static ImmutableArray<string> Words(string name, string text) =>
        ShellWords.TrySplit(text, out var words) && words.Count > 0
            ? [.. words]
            : throw new UsageException($"the script `{name}` cannot be read: `{text}`", "Close every quote");

    /// <summary>`package.module:function(arguments)`</summary>
    private static ImmutableArray<string> Call(string name, string call)
    {
        var colon = call.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new UsageException(
                $"the script `{name}` does not name a function: `{call}`",
                "Write it as `package.module:function()`"
            );
        }

        var (module, function) = (call[..colon].Trim(), call[(colon + 1)..].Trim());
        if (!function.EndsWith(')'))
            function += "()";
        return
        [
            "python",
            "-c",
            $"import sys, importlib; m = importlib.import_module({Quote(module)}); sys.exit(m.{function})",
        ];
    }

    private static string Quote(string text) => $"'{text.Replace("'", "", StringComparison.Ordinal)}'";

    private static async Task<int> RunCommandAsync(
        KraitContext context,
        PipenvWork work,
        ImmutableArray<string> words,
        CancellationToken cancellationToken
    )
    {
        var variables = Variables(context, work);
        while (words.Length > 1 && Assignment(words[0]) is { } assigned)
        {
            variables[assigned.Name] = assigned.Value;
            words = words[1..];
        }

        var program = words[0].Contains('/', StringComparison.Ordinal)
            ? Path.GetFullPath(words[0], context.WorkingFolder)
            : ProgramSearch.Find(words[0], variables["PATH"]);
        if (program is null)
        {
            throw new KraitException(
                new Diagnostic(
                    "no-program",
                    $"the command `{words[0]}` could not be found in the environment or on PATH"
                )
                {
                    Hints = ["List the scripts with `krait pipenv scripts`"],
                }
            );
        }

        context.Terminal.Flush();
        var process = new InheritingProcess(program)
        {
            Arguments = words[1..],
            WorkingFolder = context.WorkingFolder,
            Environment = variables,
        };
        return await process.RunAsync(cancellationToken);
    }

    private static async Task<int> ShellAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        if (context.Variables.GetValueOrDefault("PIPENV_ACTIVE") is { Length: > 0 })
            throw new UsageException("a shell of pipenv is active already", "Leave it with `exit` first");
        await work.EnsureEnvironmentAsync(work.Project.Exists ? work.Project.ReadPipfile() : null, cancellationToken);
        var shell =
            context.Variables.GetValueOrDefault("PIPENV_SHELL")
            ?? context.Variables.GetValueOrDefault("SHELL")
            ?? "/bin/sh";
        return await RunCommandAsync(
            context,
            work,
            [shell, .. arguments.Positionals.Where(word => word is not ("--fancy" or "--anyway"))],
            cancellationToken
        );
    }

    private static (string Name, string Value)? Assignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0
            ? (word[..equals], word[(equals + 1)..])
            : null;
    }

    /// <summary>The variables of a program: the user's, those of `.env`, and the environment's.</summary>
    private static Dictionary<string, string> Variables(KraitContext context, PipenvWork work)
    {
        var variables = new Dictionary<string, string>(context.Variables, StringComparer.Ordinal);
        if (context.Variables.GetValueOrDefault("PIPENV_DONT_LOAD_ENV") is null or "")
        {
            var file =
                context.Variables.GetValueOrDefault("PIPENV_DOTENV_LOCATION") ?? Path.Join(work.Project.Folder, ".env");
            if (PlainFile.TryRead(Path.GetFullPath(file, context.WorkingFolder), out var text) == FileError.None)
                EnvironmentFile.Apply(text, file, variables, context.Variables);
        }

        variables["PATH"] =
            $"{Path.Join(work.Root, "bin")}{Path.PathSeparator}{context.Variables.GetValueOrDefault("PATH", "")}";
        variables["VIRTUAL_ENV"] = work.Root;
        variables["PIPENV_ACTIVE"] = "1";
        variables["PIPENV_PROJECT_DIR"] = work.Project.Folder;
        variables.Remove("PYTHONHOME");
        return variables;
    }
}
