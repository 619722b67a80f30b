using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Layouts;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inspection;
using Krait.Projects.Pipenv;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>The commands of `krait pipenv` that look: `graph`, `requirements`, `verify`, `scripts`, `check`, `clean`, and where things are.</summary>
internal static class PipenvViewCommands
{
    private static readonly string[] Kept = ["pip", "setuptools", "wheel", "distribute", "pkg-resources"];

    private static readonly ImmutableArray<Command> All =
    [
        Of(
            "clean",
            "Uninstall packages that Pipfile.lock does not list",
            CleanAsync,
            PipenvOptions.DryRun,
            PipenvOptions.Bare
        ),
        Of(
            "graph",
            "Show what is installed, and who requires whom",
            GraphAsync,
            PipenvOptions.Bare,
            PipenvOptions.Json,
            PipenvOptions.JsonTree,
            PipenvOptions.Reverse
        ),
        Of(
            "requirements",
            "Print Pipfile.lock as a requirements file",
            RequirementsAsync,
            PipenvOptions.Dev,
            PipenvOptions.DevOnly,
            PipenvOptions.Hash,
            PipenvOptions.ExcludeMarkers,
            PipenvOptions.ExcludeIndex,
            PipenvOptions.FromPipfile,
            PipenvOptions.Categories
        ),
        Of("verify", "Check that Pipfile.lock is up to date", VerifyAsync),
        Of("scripts", "List the scripts of the Pipfile", ScriptsAsync),
        Of("check", "Check that the environment is the one that the Pipfile requires", CheckAsync),
        Of("where", "Show the project's directory", (context, _, work, _) => Answer(context, work.Project.Folder)),
        Of("venv", "Show the environment's directory", (context, _, work, _) => Answer(context, Existing(work))),
        Of(
            "py",
            "Show the environment's interpreter",
            (context, _, work, _) => Answer(context, PythonEnvironment.ExecutableIn(Existing(work)))
        ),
        Of("remove", "Remove the environment", RemoveAsync),
    ];

    /// <summary>The command of these words.</summary>
    public static Command Find(string path) =>
        All.First(command => string.Equals(command.Path, path, StringComparison.Ordinal));

    private static Command Of(
        string word,
        string help,
        Func<KraitContext, ParsedArguments, PipenvWork, CancellationToken, Task<int>> run,
        params ImmutableArray<Option> options
    ) =>
        new($"pipenv {word}", help)
        {
            Options = () => options,
            UsesSettings = false,
            RunAsync = (context, arguments, token) => PipenvInstallCommands.RunAsync(context, arguments, run, token),
        };

    private static Task<int> Answer(KraitContext context, string text)
    {
        context.Terminal.WriteResult(text);
        return Task.FromResult(ExitCodes.Done);
    }

    private static string Existing(PipenvWork work) =>
        VenvConfiguration.IsIn(work.Root)
            ? work.Root
            : throw new KraitException(
                new Diagnostic("no-environment", "the project has no environment yet")
                {
                    Hints = ["Create it with `krait pipenv install`"],
                }
            );

    private static Task<int> RemoveAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        // Nothing is removed but an environment.
        FolderTree.Remove(Existing(work));
        context.Terminal.Say($"Removed {work.Root}");
        return Task.FromResult(ExitCodes.Done);
    }

    private static async Task<int> CleanAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var locked = work.Project.ReadLock();
        if (work.Project.Exists && !PipfileHash.Matches(work.Project.ReadPipfile(), locked.Hash))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("lock-outdated", "`Pipfile.lock` is out of date")
                {
                    Hints = ["Renew it with `krait pipenv lock`"],
                }
            );
        }

        var (_, installed) = await work.OpenAsync(cancellationToken);
        var wanted = locked
            .Categories.Values.SelectMany(entries => entries.Keys)
            .Concat(Kept)
            .ToHashSet(StringComparer.Ordinal);
        var going = installed
            .All.Select(one => one.Name.Value)
            .Where(name => !wanted.Contains(name))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (!arguments.IsOn(PipenvOptions.DryRun))
            return await PipenvInstallCommands.RemoveAsync(work, going, cancellationToken);
        foreach (var name in going)
            context.Terminal.WriteResult(name);
        return going.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task<int> GraphAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        if (arguments.IsOn(PipenvOptions.Json) && arguments.IsOn(PipenvOptions.JsonTree))
            throw new UsageException("`--json` and `--json-tree` cannot be used together", "Choose one of them");
        var (environment, installed) = await work.OpenAsync(cancellationToken);
        var graph = InstalledGraph.Read(installed, environment.Interpreter.Markers);
        if (arguments.IsOn(PipenvOptions.Json) || arguments.IsOn(PipenvOptions.JsonTree))
        {
            context.Terminal.WriteResult(
                JsonText.Of(
                    writer => PipenvGraph.WriteJson(writer, graph, arguments.IsOn(PipenvOptions.JsonTree)),
                    isIndented: true
                )
            );
            return ExitCodes.Done;
        }

        context.Terminal.WriteText(
            PipenvGraph.Text(graph, arguments.IsOn(PipenvOptions.Reverse), arguments.IsOn(PipenvOptions.Bare))
        );
        return ExitCodes.Done;
    }

    private static Task<int> RequirementsAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var locked = work.Project.ReadLock();
        if (!arguments.IsOn(PipenvOptions.ExcludeIndex))
        {
            foreach (var (index, source) in (locked.Sources.IsEmpty ? [PipfileSource.Public] : locked.Sources).Index())
                context.Terminal.WriteExact($"{(index == 0 ? "-i" : "--extra-index-url")} {Braced(source.Url)}\n");
        }

        var categories = arguments.IsOn(PipenvOptions.DevOnly) ? [Pipfile.Development] : work.Categories(pipfile: null);
        var named = arguments.IsOn(PipenvOptions.FromPipfile) ? Named(work.Project.ReadPipfile(), categories) : null;
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var category in categories)
        {
            foreach (
                var (name, entry) in locked.Categories.GetValueOrDefault(PipfileLock.KeyOf(category))
                    ?? ImmutableSortedDictionary<string, PipfileLockEntry>.Empty
            )
            {
                if (named?.Contains(name) is false || !written.Add(name))
                    continue;
                var line = entry.ToRequirement(
                    name,
                    arguments.IsOn(PipenvOptions.Hash),
                    !arguments.IsOn(PipenvOptions.ExcludeMarkers)
                );
                context.Terminal.WriteExact(
                    line.Replace(" \\\n    --hash", " --hash", StringComparison.Ordinal)
                        .Replace(" ; ", "; ", StringComparison.Ordinal) + "\n"
                );
            }
        }

        return Task.FromResult(ExitCodes.Done);
    }

    private static HashSet<string> Named(Pipfile pipfile, ImmutableArray<string> categories) =>
        categories
            .SelectMany(category => pipfile.EntriesOf(category))
            .Select(entry => NameNormalization.Normalize(entry.Name))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>`$NAME` as requirements files write it.</summary>
    private static string Braced(string url)
    {
        var text = new System.Text.StringBuilder();
        for (var index = 0; index < url.Length; index++)
        {
            text.Append(url[index]);
            if (
                url[index] != '$'
                || index + 1 >= url.Length
                || !(char.IsAsciiLetter(url[index + 1]) || url[index + 1] == '_')
            )
            {
                continue;
            }

            var end = index + 1;
            while (end < url.Length && (char.IsAsciiLetterOrDigit(url[end]) || url[end] == '_'))
                end++;
            text.Append('{').Append(url.AsSpan(index + 1, end - index - 1)).Append('}');
            index = end - 1;
        }

        return text.ToString();
    }

    private static Task<int> VerifyAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        if (PipfileHash.Matches(work.Project.ReadPipfile(), work.Project.ReadLock().Hash))
            return Answer(context, "Pipfile.lock is up-to-date.");
        throw new KraitException(
            new Diagnostic("lock-outdated", "`Pipfile.lock` is out-of-date")
            {
                Hints = ["Renew it with `krait pipenv lock`"],
            }
        );
    }

    private static Task<int> ScriptsAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var scripts = work.Project.ReadPipfile().Scripts.ToList();
        var width = scripts.Select(pair => pair.Key.Length).Append("Command".Length).Max();
        if (scripts.Count > 0)
            context.Terminal.WriteResult($"{"Command".PadRight(width)}  Script\n{new string('-', width)}  ------");
        foreach (var (name, value) in scripts)
            context.Terminal.WriteResult($"{name.PadRight(width)}  {value.AsString ?? value.ToString()}");
        return Task.FromResult(ExitCodes.Done);
    }

    private static async Task<int> CheckAsync(
        KraitContext context,
        ParsedArguments arguments,
        PipenvWork work,
        CancellationToken cancellationToken
    )
    {
        var pipfile = work.Project.ReadPipfile();
        var (environment, _) = await work.OpenAsync(cancellationToken);
        var values = environment.Interpreter.MarkerValues;
        var failed = 0;
        foreach (var entry in pipfile.Requires?.Entries ?? [])
        {
            if (entry.Value.AsString is not { } wanted || !values.TryGetValue(entry.Key, out var actual))
                continue;
            var isRight =
                string.Equals(wanted, actual, StringComparison.Ordinal)
                || actual.StartsWith(wanted + ".", StringComparison.Ordinal);
            if (isRight)
                continue;
            failed++;
            context.Terminal.WriteResult($"Specifier {entry.Key} does not match {wanted} ({actual}).");
        }

        if (failed > 0)
            return ExitCodes.Failed;
        context.Terminal.WriteResult("Passed!");
        return await work.RunAsync(["pip", "check", "--python", work.Root], cancellationToken);
    }
}
