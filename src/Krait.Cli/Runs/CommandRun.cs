using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Index;
using Krait.Installer.Wheels;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Processes;
using Krait.Platform.Tracing;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Isolating;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;
using Krait.Sources;
using Krait.Sources.Prediction;
using Krait.Sources.Services;

namespace Krait.Cli.Runs;

/// <summary>
/// What the run of one command holds open, from the cache to the progress display: made by one call, given back by one. Parts that a
/// command does not ask for are not made.
/// </summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private readonly KraitContext context;
    private readonly ParsedArguments arguments;
    private IndexClient? client;
    private IndexClient? offline;
    private WheelStore? store;
    private readonly List<BuildRun> builds = [];
    private readonly WorkspaceSources workspaces = new();
    private ImmutableArray<string> trustedHosts = [];

    private CommandRun(KraitContext context, ParsedArguments arguments, CacheFolder cache)
    {
        this.context = context;
        this.arguments = arguments;
        Cache = cache;
        Display = new ProgressDisplay(context.Terminal, InstallArguments.ShowsProgress(arguments), context.Clock);
    }

    /// <summary>The cache.</summary>
    public CacheFolder Cache { get; }

    /// <summary>Shows how the work goes.</summary>
    public ProgressDisplay Display { get; }

    /// <summary>The connection to the indexes.</summary>
    public IndexClient Client => client ??= CreateClient();

    /// <summary>Reads texts, with URLs fetched by the client and `-` from standard input.</summary>
    public TextLoader Loader =>
        new((url, token) => Client.ReadTextAsync(url, token), StandardInput.ReadAsync) { Record = Read };

    /// <summary>The texts that were read.</summary>
    public InputRecord Read { get; } = new();

    /// <summary>Opens the cache.</summary>
    /// <exception cref="KraitException">An option cannot be used (unusable input).</exception>
    public static async Task<CommandRun> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        // What is answered without a run needs little memory.
        HeapPages.Enlarge();
        using var span = Tracer.Begin("open cache");
        return new CommandRun(
            context,
            arguments,
            await CacheArguments.OpenAsync(context, arguments, cancellationToken)
        );
    }

    /// <summary>The environment to look into: that of an interpreter, the active one, or the project's.</summary>
    /// <exception cref="KraitException">There is none, or the request cannot be read (unusable input).</exception>
    public async Task<PythonEnvironment> FindEnvironmentAsync(CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("find environment");
        return await EnvironmentAccess.FindAsync(context, arguments, Cache, cancellationToken);
    }

    /// <summary>The environment to change, refused where that is not the user's to do; says which one it is.</summary>
    /// <exception cref="KraitException">There is none, or it may not be changed.</exception>
    public async Task<PythonEnvironment> FindOwnEnvironmentAsync(string? python, CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("find environment");
        return await EnvironmentAccess.FindToChangeAsync(context, arguments, Cache, python, cancellationToken);
    }

    /// <summary>The interpreter to build for and with, where nothing is installed; builds that are not isolated need its environment, too.</summary>
    /// <exception cref="KraitException">There is none, or the request cannot be read (unusable input).</exception>
    public async Task<(Interpreter Interpreter, PythonEnvironment? Environment)> FindBuildPythonAsync(
        CancellationToken cancellationToken
    )
    {
        var isShared =
            arguments.IsOn(BuildOptions.NoIsolation) || arguments.Values(BuildOptions.NoIsolationPackage).Count > 0;
        if (isShared)
        {
            var environment = await FindEnvironmentAsync(cancellationToken);
            return (environment.Interpreter, environment);
        }

        using var span = Tracer.Begin("find interpreter");
        var interpreter = await EnvironmentAccess
            .Discovery(context, Cache)
            .FindInterpreterAsync(
                EnvironmentAccess.Request(arguments.Value(PipOptions.Python)),
                includeEnvironments: !arguments.IsOn(PipOptions.System),
                cancellationToken
            );
        return (interpreter, null);
    }

    /// <summary>Reads the requirements that a command line names.</summary>
    /// <exception cref="KraitException">A file cannot be read or used (unusable input).</exception>
    public async Task<RequirementSet> ReadInputsAsync(RequirementSources sources, CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("read requirements");
        var reader = new RequirementSetReader(Loader, context.WorkingFolder, context.Variables);
        var inputs = await reader.ReadAsync(
            sources with
            {
                Settings = context.Settings,
                Workspaces = workspaces,
            },
            cancellationToken
        );
        foreach (var warning in inputs.Warnings)
            DiagnosticRenderer.WriteWarning(context.Terminal, warning);
        await TrustAsync([.. inputs.Options.SelectMany(options => options.TrustedHosts)]);
        return inputs;
    }

    /// <summary>Reads requirements, and finds out for which machine and from which indexes they are chosen.</summary>
    /// <exception cref="KraitException">A file or an option cannot be used (unusable input).</exception>
    public async Task<ReadQuestion> AskAsync(
        RequirementSources sources,
        Interpreter interpreter,
        CancellationToken cancellationToken
    )
    {
        var inputs = await ReadInputsAsync(sources, cancellationToken);
        var target = TargetArguments.Create(context, arguments, interpreter);
        var indexes = await IndexArguments.CreateAsync(context, arguments, inputs, target.Markers, cancellationToken);
        return new ReadQuestion(inputs, target, indexes);
    }

    /// <summary>`--trusted-host` in a file is like that of the command line, from here on: a client that was needed to read it is replaced.</summary>
    private async Task TrustAsync(ImmutableArray<string> hosts)
    {
        if (hosts.IsEmpty)
            return;
        trustedHosts = hosts;
        if (client is null)
            return;
        await client.DisposeAsync();
        client = null;
    }

    /// <summary>
    /// Asks for the pages of what is looked for by name, on any machine and in no index of its own: for commands that have to find an interpreter
    /// before they resolve.
    /// </summary>
    public void RequestEarly(IndexSettings indexes, RequirementSet inputs, CancellationToken cancellationToken)
    {
        if (arguments.IsOn(GlobalOptions.Offline) || IndexArguments.Resolver(arguments) is ResolverChoice.Server)
            return;
        var pinned = inputs.IndexPins.Select(pin => pin.Name).ToHashSet();
        var roots = inputs
            .Roots.Where(root => root is { IsEditable: false, Requirement: { Url: null, Marker.IsTrue: true } })
            .Select(root => root.Requirement.Name)
            .Where(name => !pinned.Contains(name));
        var lookahead = FeatureSwitches.Read(arguments).Lookahead(ClientArguments.PrefetchDepth(arguments));
        EarlyPages.Request(Client, indexes, roots, lookahead, cancellationToken);
    }

    /// <summary>What an operation works with on behalf of a request: indexes, and builds where a source has no wheel.</summary>
    /// <param name="indexes">Where packages are looked for.</param>
    /// <param name="interpreter">The interpreter that is built for and with.</param>
    /// <param name="request">What is asked for, and how versions are chosen, also of what builds need.</param>
    /// <param name="environment">Where builds run that are not isolated; null takes the one that the request changes, if any.</param>
    /// <exception cref="KraitException">An option on builds cannot be used (unusable input).</exception>
    public Workbench Bench(
        IndexSettings indexes,
        Interpreter interpreter,
        ResolveRequest request,
        PythonEnvironment? environment = null
    ) => WithBuilds(BenchThatBuildsNothing(indexes), interpreter, request, environment);

    /// <summary>The same, for operations that first look for everything in the cache, whatever its age.</summary>
    /// <exception cref="KraitException">An option on builds cannot be used (unusable input).</exception>
    public Workbench BenchThatLooksFirst(IndexSettings indexes, Interpreter interpreter, ResolveRequest request) =>
        WithBuilds(BenchThatOnlyLooksFirst(indexes), interpreter, request, environment: null);

    /// <summary>The same, for operations that first look for everything in the cache, and build nothing.</summary>
    public Workbench BenchThatOnlyLooksFirst(IndexSettings indexes)
    {
        if (!ClientArguments.Refreshed(arguments).All && arguments.Value(PipOptions.FreshnessMode) is not "headers")
            offline ??= ClientArguments.Create(context, arguments, Cache, trustedHosts, neverAsks: true);
        return BenchThatBuildsNothing(indexes);
    }

    /// <summary>What an operation works with that chooses no versions.</summary>
    public Workbench BenchThatBuildsNothing(IndexSettings indexes)
    {
        Describe(indexes);
        return new(Cache, Client, indexes, store ??= CreateStore(), context.WorkingFolder, context.Variables)
        {
            Downloads = ClientArguments.Downloads(arguments),
            UnpacksWhileFetching = FeatureSwitches.Read(arguments).UnpacksWhileFetching,
            ResolverChoice = IndexArguments.Resolver(arguments),
            LockLimit = CacheArguments.LockLimit(arguments),
            Waiting = CacheArguments.Waiting(context),
            Progress = Display,
            Trace = context.Terminal.Verbosity >= Verbosity.Trace ? context.Terminal.Trace : null,
            Offline = offline,
        };
    }

    /// <summary>Says where packages are looked for.</summary>
    private void Describe(IndexSettings indexes)
    {
        if (context.Terminal.Verbosity < Verbosity.Verbose)
            return;
        foreach (var index in indexes.Indexes)
            context.Terminal.Detail($"Index: {index}{(index.IsDefault ? " (default)" : "")}");
        foreach (var place in indexes.FindLinks)
            context.Terminal.Detail($"Find links: {place}");
        if (indexes.Indexes.IsEmpty)
            context.Terminal.Detail("No index is used");
    }

    private IndexClient CreateClient()
    {
        using var span = Tracer.Begin("prepare connections");
        return ClientArguments.Create(context, arguments, Cache, trustedHosts);
    }

    private WheelStore CreateStore() => new(Cache) { RequiresRightRecord = arguments.IsOn(PipOptions.StrictRecord) };

    private Workbench WithBuilds(
        Workbench bench,
        Interpreter interpreter,
        ResolveRequest request,
        PythonEnvironment? environment
    )
    {
        environment ??= (request as ChangeRequest)?.Environment;
        var run = BuildRun.Create(
            bench,
            BuildArguments.Policy(arguments, interpreter, request, environment),
            BuildArguments.Options(context, arguments, bench, Display),
            BuildArguments.Git(context, arguments, bench, Display),
            ProductVersion.Number
        );
        builds.Add(run);
        return run.Bench;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var span = Tracer.Begin("close cache and connections");
        Display.Dispose();
        if (client is not null)
            context.Terminal.Detail($"{client.Counters}");
        foreach (var one in builds)
            one.Dispose();
        store?.Dispose();
        if (offline is not null)
            await offline.DisposeAsync();
        if (client is not null)
            await client.DisposeAsync();
        Cache.Dispose();
    }
}
