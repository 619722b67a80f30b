using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Pipenv;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>What the commands of `krait pipenv` are composed of: making the environment, locking, installing from the lock.</summary>
/// <param name="context">The run.</param>
/// <param name="arguments">The command line.</param>
internal sealed class PipenvWork(KraitContext context, ParsedArguments arguments)
{
    /// <summary>The project.</summary>
    public PipenvProject Project { get; } = PipenvProject.Find(context);

    /// <summary>The environment's folder.</summary>
    public string Root => Project.EnvironmentRoot();

    /// <summary>The categories that a command is about: the project's packages, or those that are named.</summary>
    public ImmutableArray<string> Categories(Pipfile? pipfile)
    {
        var named = arguments
            .Values(PipenvOptions.Categories)
            .SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToImmutableArray();
        if (named.IsEmpty && context.Variables.GetValueOrDefault("PIPENV_DEFAULT_CATEGORIES") is { Length: > 0 } usual)
            named = [.. usual.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)];
        ImmutableArray<string> categories = named.IsEmpty
            ? [Pipfile.Default]
            :
            [
                .. named.Select(name =>
                    name switch
                    {
                        "default" => Pipfile.Default,
                        "develop" => Pipfile.Development,
                        _ => name,
                    }
                ),
            ];
        if (arguments.IsOn(PipenvOptions.Dev) && !categories.Contains(Pipfile.Development, StringComparer.Ordinal))
            categories = categories.Add(Pipfile.Development);
        if (
            pipfile is not null
            && categories.FirstOrDefault(name => !pipfile.Categories.Contains(name, StringComparer.Ordinal))
                is { } unknown
        )
        {
            throw new UsageException(
                $"the Pipfile has no category `{unknown}`",
                $"It has {string.Join(", ", pipfile.Categories)}"
            );
        }

        return categories;
    }

    /// <summary>Makes the environment where there is none, with the Python that the Pipfile asks for.</summary>
    public async Task EnsureEnvironmentAsync(Pipfile? pipfile, CancellationToken cancellationToken)
    {
        if (VenvConfiguration.IsIn(Root))
            return;
        var python =
            arguments.Value(PipenvOptions.Python)
            ?? context.Variables.GetValueOrDefault("PIPENV_PYTHON")
            ?? pipfile?.PythonVersion;
        ImmutableArray<string> words = ["venv", Root, "--prompt", Path.GetFileName(Project.Folder)];
        if (python is { Length: > 0 })
            words = [.. words, "--python", python];
        FolderTree.Create(Path.GetDirectoryName(Root) ?? "/");
        await RunOrFailAsync(words, cancellationToken);
    }

    /// <summary>Makes a lock of a Pipfile; nothing is written.</summary>
    /// <param name="pipfile">The Pipfile.</param>
    /// <param name="earlier">The lock to keep versions of; null chooses everything again.</param>
    /// <param name="renewed">The packages of which no version is kept.</param>
    /// <param name="cancellationToken">Ends the resolution.</param>
    public async Task<PipfileLock> LockAsync(
        Pipfile pipfile,
        PipfileLock? earlier,
        ImmutableHashSet<string> renewed,
        CancellationToken cancellationToken
    )
    {
        await EnsureEnvironmentAsync(pipfile, cancellationToken);
        return await new PipenvLocking(context, WithSources(pipfile.Sources, pipfile), Root).RunAsync(
            pipfile,
            earlier,
            renewed,
            cancellationToken
        );
    }

    /// <summary>Installs what a lock lists for some categories.</summary>
    public async Task<int> InstallAsync(
        PipfileLock locked,
        ImmutableArray<string> categories,
        CancellationToken cancellationToken
    )
    {
        await EnsureEnvironmentAsync(Project.Exists ? Project.ReadPipfile() : null, cancellationToken);
        var entries = categories
            .Select(category => locked.Categories.GetValueOrDefault(PipfileLock.KeyOf(category)))
            .OfType<ImmutableSortedDictionary<string, PipfileLockEntry>>()
            .SelectMany(category => category)
            .DistinctBy(entry => entry.Key, StringComparer.Ordinal)
            .ToList();
        if (entries.Count == 0)
            return ExitCodes.Done;
        var text = string.Concat(
            entries.Select(entry => entry.Value.ToRequirement(entry.Key, withHashes: true, withMarkers: true) + "\n")
        );
        var folder = FolderTree.CreateTemporary("krait-pipenv-");
        try
        {
            var file = Path.Join(folder, "Pipfile.lock.txt");
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(text), durable: false);
            var hasAll = entries.TrueForAll(entry => !entry.Value.Hashes.IsEmpty);
            ImmutableArray<string> words =
            [
                "pip",
                "install",
                "--no-deps",
                "--require-complete=Pipfile.lock",
                "-r",
                file,
                "--python",
                Root,
                .. IndexWords(locked.Sources.IsEmpty ? [PipfileSource.Public] : locked.Sources),
                .. hasAll ? ImmutableArray<string>.Empty : ["--no-require-hashes"],
                .. PassedOn(),
            ];
            return await RunAsync(words, cancellationToken);
        }
        finally
        {
            FolderTree.Remove(folder);
        }
    }

    /// <summary>Runs another command of this program.</summary>
    public Task<int> RunAsync(ImmutableArray<string> words, CancellationToken cancellationToken) =>
        Program.RunAsync(words, context.Terminal, context.Variables, Project.Folder, cancellationToken);

    /// <summary>Runs another command of this program, which has to succeed.</summary>
    public async Task RunOrFailAsync(ImmutableArray<string> words, CancellationToken cancellationToken)
    {
        var code = await RunAsync(words, cancellationToken);
        if (code != ExitCodes.Done)
            throw new PipenvStepException(code);
    }

    /// <summary>What is installed in the environment.</summary>
    /// <exception cref="KraitException">There is no environment.</exception>
    public async Task<(PythonEnvironment Environment, InstalledDistributions Installed)> OpenAsync(
        CancellationToken cancellationToken
    )
    {
        if (!VenvConfiguration.IsIn(Root))
        {
            throw new KraitException(
                new Diagnostic("no-environment", "the project has no environment yet")
                {
                    Hints = ["Create it with `krait pipenv install`"],
                }
            );
        }

        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var environment = await PythonEnvironment.OpenAsync(Root, new InterpreterProbe(cache), cancellationToken);
        return (environment, InstalledDistributions.Read(environment).WithPartial());
    }

    /// <summary>The indexes as options of a command.</summary>
    private ImmutableArray<string> IndexWords(ImmutableArray<PipfileSource> sources)
    {
        // A Pipfile without sources means the public index, which a user's settings may replace.
        if (sources is [var only] && only == PipfileSource.Public && arguments.Value(PipenvOptions.Mirror) is null)
            return [];
        var words = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < sources.Length; index++)
        {
            var url = Expanded(sources[index]);
            words.AddRange(index == 0 ? "--index-url" : "--extra-index-url", url);
            if (!sources[index].VerifiesTls && Uri.TryCreate(url, UriKind.Absolute, out var address))
                words.AddRange("--trusted-host", address.Authority);
        }

        return words.ToImmutable();
    }

    private ParsedArguments WithSources(ImmutableArray<PipfileSource> sources, Pipfile pipfile)
    {
        var searchesAll = pipfile.Settings?.GetBoolean("install_search_all_sources") ?? false;
        var used = searchesAll ? sources : sources[..1];
        var words = IndexWords(used);
        for (var index = 0; index < words.Length; index += 2)
        {
            var option = words[index] switch
            {
                "--index-url" => IndexOptions.IndexUrl,
                "--extra-index-url" => IndexOptions.ExtraIndexUrl,
                _ => GlobalOptions.InsecureHost,
            };
            if (!arguments.Values(option).Contains(words[index + 1], StringComparer.Ordinal))
                arguments.Add(option, words[index + 1]);
        }

        return arguments;
    }

    private string Expanded(PipfileSource source) =>
        arguments.Value(PipenvOptions.Mirror) is { } mirror
        && source.Url.Contains("pypi.org/", StringComparison.Ordinal)
            ? mirror
            : source.Expand(context.Variables);

    private IEnumerable<string> PassedOn()
    {
        if (arguments.Value(PipOptions.LinkMode) is { } mode)
            yield return "--link-mode=" + mode;
        if (arguments.IsOn(PipOptions.Refresh))
            yield return "--refresh";
        if (arguments.IsOn(GlobalOptions.Offline))
            yield return "--offline";
    }
}

/// <summary>A command that this one is composed of has failed, and has said why.</summary>
/// <param name="code">Its exit code.</param>
internal sealed class PipenvStepException(int code) : Exception
{
    /// <summary>The exit code.</summary>
    public int Code { get; } = code;
}
