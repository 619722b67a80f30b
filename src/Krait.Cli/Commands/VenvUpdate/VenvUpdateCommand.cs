using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Cli.Commands.VenvUpdate;

/// <summary>
/// `krait venv-update`: makes an environment true to its requirements, as the tool of that name does. An environment that is not valid any more
/// is made again; the time of its folder tells `make` whether the last run succeeded.
/// </summary>
internal static class VenvUpdateCommand
{
    public static Command Command { get; } =
        new("venv-update", "Create an environment if needed, and make it match requirements files")
        {
            Positional = new Positional(
                "venv= ARGS... install= ARGS... pip-command= ARGS... bootstrap-deps= ARGS",
                IsRequired: false,
                IsRepeatable: true
            ),
            TakesWords = true,
            UsesSettings = false,
            Options = () => [],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var groups = VenvUpdateGroups.Parse(arguments.Positionals);
        var venv = VenvWords.Parse(groups.Venv);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(venv.Path, context.WorkingFolder));
        var code = ExitCodes.Failed;
        try
        {
            code = await RunStepsAsync(context, arguments, groups, venv, root, cancellationToken);
            return code;
        }
        catch (KraitException failure)
        {
            DiagnosticRenderer.WriteError(context.Terminal, failure.Diagnostic);
            code = ExitCodes.Of(failure.Kind);
            return code;
        }
        finally
        {
            MarkTime(context, root, isDone: code == ExitCodes.Done);
        }
    }

    private static async Task<int> RunStepsAsync(
        KraitContext context,
        ParsedArguments arguments,
        VenvUpdateGroups groups,
        VenvWords venv,
        string root,
        CancellationToken cancellationToken
    )
    {
        if (
            await EnsureEnvironmentAsync(context, arguments, venv, root, cancellationToken)
            is not ExitCodes.Done
                and var failed
        )
        {
            return failed;
        }
        // A relic of old creators, which makes tools see everything twice.
        FolderTree.Remove(Path.Join(root, "local"));
        if (!groups.BootstrapDeps.IsEmpty)
        {
            ImmutableArray<string> bootstrap = ["pip", "install", .. groups.BootstrapDeps];
            if (await RunCommandAsync(context, root, bootstrap, cancellationToken) is not ExitCodes.Done and var code)
                return code;
        }

        return groups.PipCommand.IsEmpty
            ? ExitCodes.Done
            : await RunCommandAsync(context, root, [.. groups.PipCommand, .. groups.Install], cancellationToken);
    }

    /// <summary>Keeps an environment that is valid, and makes one where there is none.</summary>
    private static async Task<int> EnsureEnvironmentAsync(
        KraitContext context,
        ParsedArguments arguments,
        VenvWords venv,
        string root,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<string> words = ["venv", venv.Path, .. venv.Options];
        // `.venv` and `venv` say nothing in a prompt: the project's directory does.
        if (venv.Path is VenvUpdateGroups.UsualPath && venv.Prompt is null)
            words = [.. words, "--prompt", "."];
        var program = Path.Join(root, "bin", "python");
        var isEnvironment =
            FileStatus.Exists(program, followLinks: false)
            && (VenvConfiguration.IsIn(root) || VenvPlaces.RecordedIn(root) is not null);
        if (!isEnvironment)
            return await RunOwnAsync(context, words, cancellationToken);
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        if (await new VenvValidity(context, cache, venv, root).FindReasonAsync(cancellationToken) is not { } reason)
        {
            context.Terminal.WriteResult("Keeping valid virtualenv from previous run.");
            return ExitCodes.Done;
        }

        context.Terminal.WriteResult($"Removing invalidated virtualenv. ({reason})");
        // Without a word about it, an environment keeps its own Python.
        if (venv.Python is null && EnvironmentRebuild.BaseProgramOf(root) is { } old)
            words = [.. words, "--python", old];
        var isOurs = VenvConfiguration.IsIn(root);
        return await RunOwnAsync(
            context,
            isOurs ? [.. words, "--clear"] : [.. words, "--clear", "--force"],
            cancellationToken
        );
    }

    /// <summary>Runs a command inside the environment: those of pip's family here, all others as programs.</summary>
    private static async Task<int> RunCommandAsync(
        KraitContext context,
        string root,
        ImmutableArray<string> words,
        CancellationToken cancellationToken
    )
    {
        var name = Path.GetFileName(words[0]);
        if (name is "krait")
            return await RunOwnAsync(context, [.. words[1..], "--python", Shown(context, root)], cancellationToken);
        var translated = Shims.ShimNames.Translate(name, [.. words[1..]]);
        var isOwn =
            translated.Length != words.Length - 1 || !translated.SequenceEqual(words[1..], StringComparer.Ordinal);
        if (isOwn)
            return await RunOwnAsync(context, [.. translated, "--python", Shown(context, root)], cancellationToken);
        Echo(context, words);
        var variables = new Dictionary<string, string>(context.Variables, StringComparer.Ordinal)
        {
            ["VIRTUAL_ENV"] = root,
            ["PATH"] = $"{Path.Join(root, "bin")}{Path.PathSeparator}{context.Variables.GetValueOrDefault("PATH", "")}",
            ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1",
        };
        variables.Remove("__PYVENV_LAUNCHER__");
        if (ProgramSearch.Find(words[0], variables["PATH"]) is not { } program)
        {
            throw new KraitException(
                new Diagnostic("no-program", $"there is no program `{words[0]}` in the environment or on PATH")
            );
        }

        var process = new Subprocess(program)
        {
            Arguments = words[1..],
            WorkingFolder = context.WorkingFolder,
            Environment = variables,
        };
        var result = await process.RunAsync(new Printed(context.Terminal), cancellationToken);
        return result.ExitCode;
    }

    /// <summary>Runs a command of this program.</summary>
    private static Task<int> RunOwnAsync(
        KraitContext context,
        ImmutableArray<string> words,
        CancellationToken cancellationToken
    )
    {
        Echo(context, ["krait", .. words]);
        return Program.RunAsync(words, context.Terminal, context.Variables, context.WorkingFolder, cancellationToken);
    }

    private static void Echo(KraitContext context, ImmutableArray<string> words)
    {
        var line = string.Join(' ', words.Select(word => Quoted(Shown(context, word))));
        context.Terminal.WriteText(context.Terminal.PaintResult($"> {line}", 32) + "\n");
        // What the command itself says must not come first.
        context.Terminal.Flush();
    }

    private static string Quoted(string word) =>
        word.Length > 0
        && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:@%+,<>~![]".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";

    /// <summary>A path relative to the working directory, where that is shorter.</summary>
    private static string Shown(KraitContext context, string word)
    {
        if (!Path.IsPathRooted(word))
            return word;
        var relative = Path.GetRelativePath(context.WorkingFolder, word);
        return relative.Length < word.Length ? relative : word;
    }

    /// <summary>An environment as new as its requirements, or so old that `make` makes it again.</summary>
    private static void MarkTime(KraitContext context, string root, bool isDone)
    {
        if (!FolderTree.IsFolder(root) || !VenvConfiguration.IsIn(root))
            return;
        if (!isDone)
            context.Terminal.Say($"Something went wrong. `{root}` is marked as old, so that make makes it again");
        FolderTree.SetModified(root, isDone ? context.Clock.GetUtcNow() : DateTimeOffset.UnixEpoch);
    }

    private sealed class Printed(Terminal terminal) : IProgress<OutputLine>
    {
        public void Report(OutputLine value)
        {
            if (value.IsError)
                terminal.Alert(value.Text);
            else
                terminal.WriteResult(value.Text);
        }
    }
}
