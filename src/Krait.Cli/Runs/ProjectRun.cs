using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Interpreters;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;
using Krait.Resolver.Requests;

namespace Krait.Cli.Runs;

/// <summary>What a command on a project works with: its workspace, its interpreter and environment, and the requests for operations.</summary>
/// <param name="context">The run.</param>
/// <param name="arguments">The command line.</param>
/// <param name="run">What the run holds open.</param>
/// <param name="workspace">The workspace.</param>
internal sealed class ProjectRun(KraitContext context, ParsedArguments arguments, CommandRun run, Workspace workspace)
    : IDisposable
{
    private ProjectEnvironment? environment;
    private Interpreter? interpreter;
    private string? environmentPath;
    private WorkspaceHold? hold;
    private Project? member;

    /// <summary>The Python that is asked for, where that is not what `--python` says.</summary>
    public string? AskedPython { get; init; }

    /// <summary>Opens the project of the command line.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="run">What the run holds open.</param>
    /// <param name="changes">Whether its lock or environment may be changed: then no other process changes it meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait for other processes.</param>
    /// <exception cref="KraitException">There is none, it cannot be used, or it is not free in time.</exception>
    public static Task<ProjectRun> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        bool changes,
        CancellationToken cancellationToken
    ) =>
        changes
            ? OpenHeldAsync(context, arguments, run, () => ProjectAccess.Find(context, arguments), cancellationToken)
            : Task.FromResult(new ProjectRun(context, arguments, run, ProjectAccess.Find(context, arguments)));

    /// <summary>Opens a workspace that no other process changes meanwhile.</summary>
    /// <exception cref="KraitException">It cannot be used, or is not free in time.</exception>
    public static async Task<ProjectRun> OpenHeldAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        Func<Workspace> find,
        CancellationToken cancellationToken
    )
    {
        var (workspace, held) = await WorkspaceHold.OpenAsync(context, arguments, find, cancellationToken);
        return new ProjectRun(context, arguments, run, workspace) { hold = held };
    }

    /// <summary>The workspace.</summary>
    public Workspace Workspace { get; private set; } = workspace;

    /// <summary>The cache.</summary>
    public CacheFolder Cache => run.Cache;

    /// <summary>Asks interpreters.</summary>
    public InterpreterProbe Probe => field ??= new InterpreterProbe(run.Cache);

    /// <summary>The lock file as messages call it.</summary>
    public string ShownLock => Search.Shown(Workspace.LockFile);

    /// <summary>
    /// Whether the lock is written where it changes: that of a script only where it has one, as its author decides whether it is locked.
    /// </summary>
    public bool KeepsLock =>
        Workspace.Script is null
        || Platform.Files.FileStatus.TryRead(Workspace.LockFile, followLinks: true, out _)
            == Platform.Files.FileError.None;

    /// <summary>Lets other processes work on the project.</summary>
    public void Release() => hold?.Dispose();

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Uses an environment at another place, which is ours to make.</summary>
    public void UseEnvironmentAt(string path)
    {
        environmentPath = path;
        environment = null;
    }

    /// <summary>How the options want the lock to be used.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    public LockUse Use => UseOf(arguments);

    /// <summary>How the options of a command want the lock to be used.</summary>
    /// <exception cref="UsageException">They contradict each other.</exception>
    public static LockUse UseOf(ParsedArguments arguments)
    {
        var (isLocked, isFrozen) = (arguments.IsOn(ProjectOptions.Locked), arguments.IsOn(ProjectOptions.Frozen));
        if (arguments.WasGiven(ProjectOptions.Locked) && arguments.WasGiven(ProjectOptions.Frozen))
            throw new UsageException("`--locked` and `--frozen` cannot be used together");
        return isFrozen ? LockUse.Frozen
            : isLocked ? LockUse.Check
            : LockUse.Update;
    }

    /// <summary>The environment of the workspace, or what it will be made from; found once.</summary>
    /// <exception cref="KraitException">No interpreter fits, or something else is at its place (unusable input).</exception>
    public async Task<ProjectEnvironment> FindEnvironmentAsync(CancellationToken cancellationToken)
    {
        if (environment is not null)
            return environment;
        var place =
            environmentPath is { } elsewhere ? new EnvironmentPlace(elsewhere, IsOwn: true)
            : Workspace.Script is { } script ? ScriptPlace.Of(context, arguments, run.Cache, script)
            : EnvironmentPlace.Of(
                Workspace,
                context.Variables,
                arguments.Switch(ProjectOptions.Active),
                Workspace.Settings.HasIsolatedMembers ? member ?? IsolatedMember() : null
            );
        if (place.Warning is { } warning)
            DiagnosticRenderer.WriteWarning(context.Terminal, warning);
        environment = await ProjectEnvironment.FindAsync(place, Choice, Probe, Search, cancellationToken);
        context.Terminal.EnvironmentPath = environment.Path;
        return environment;
    }

    /// <summary>
    /// The interpreter of the workspace: that of its environment, or where each of several members has one of its own, the one that they would
    /// be made from.
    /// </summary>
    /// <exception cref="KraitException">No interpreter fits, or something else is at the place of the environment (unusable input).</exception>
    public async Task<Interpreter> FindInterpreterAsync(CancellationToken cancellationToken)
    {
        var hasOne =
            !Workspace.Settings.HasIsolatedMembers
            || environmentPath is not null
            || member is not null
            || IsolatedMembers().Length == 1;
        if (hasOne)
            return (await FindEnvironmentAsync(cancellationToken)).Interpreter;
        return interpreter ??= await ProjectEnvironment.FindMakerAsync(Choice, Probe, Search, cancellationToken);
    }

    private PythonChoice Choice =>
        PythonChoice.For(
            Workspace,
            AskedPython ?? arguments.Value(PipOptions.Python),
            "--python",
            context.WorkingFolder
        );

    private SearchContext Search => new(context.WorkingFolder, context.Variables);

    /// <summary>
    /// The members that the command line means, where each has an environment of its own: those that it names, else the project of the
    /// working directory, and at a root that is no project all of them.
    /// </summary>
    /// <exception cref="KraitException">There is no such member (unusable input).</exception>
    public ImmutableArray<Project> IsolatedMembers()
    {
        var named = arguments.Values(ProjectOptions.Packages).Concat(arguments.Values(ProjectOptions.Package)).ToList();
        if (named.Count > 0)
        {
            return
            [
                .. named
                    .Distinct(StringComparer.Ordinal)
                    .Select(name =>
                        Workspace.Find(NameLists.ParseName(name)) ?? throw ProjectAccess.UnknownMember(Workspace, name)
                    ),
            ];
        }

        var isAll =
            arguments.IsOn(ProjectOptions.AllPackages)
            || (Workspace.IsVirtual && ReferenceEquals(Workspace.Current, Workspace.Root));
        return isAll ? Workspace.Members : [Workspace.Current];
    }

    /// <summary>Works on the own environment of a member from here on.</summary>
    public void UseMember(Project one)
    {
        member = one;
        environment = null;
    }

    private Project IsolatedMember() =>
        IsolatedMembers() is [var one]
            ? one
            : throw new UsageException(
                "each member of the workspace has an environment of its own",
                "Name one member with `--package NAME`"
            );

    /// <summary>What is wanted of the lock.</summary>
    /// <exception cref="KraitException">An option cannot be used, or no interpreter is there where one is needed (unusable input).</exception>
    public async Task<LockRequest> CreateLockRequestAsync(LockUse use, CancellationToken cancellationToken)
    {
        var options = new LockOptions
        {
            Resolve = ResolveArguments.Options(context, arguments, new RequirementSet()) with
            {
                RequiresHashes = false,
                IgnoresDependencies = false,
            },
            Strategy = arguments.Value(SelectionOptions.ForkStrategy) is "fewest"
                ? ForkStrategy.Fewest
                : ForkStrategy.RequiresPython,
            IgnoresSources = arguments.IsOn(PipOptions.NoSources),
            SourcelessPackages =
            [
                .. NameLists.Split(arguments.Values(PipOptions.NoSourcesPackage)).Select(NameLists.ParseName),
            ],
            CutoffTexts =
            [
                .. new[] { arguments.Value(SelectionOptions.ExcludeNewer) }.OfType<string>(),
                .. arguments.Values(SelectionOptions.ExcludeNewerPackage).Order(StringComparer.Ordinal),
            ],
            UpgradedGroups = [.. arguments.Values(PipOptions.UpgradeGroup).Select(GroupName)],
        };
        await DescribeMembersAsync(use, options, cancellationToken);
        if (Workspace.RequiresPython is null && use != LockUse.Frozen)
        {
            var found = await FindInterpreterAsync(cancellationToken);
            options = options with { DefaultPython = $"{found.Major}.{found.Minor}" };
        }

        return new LockRequest(Workspace, options) { Use = use, Shown = ShownLock };
    }

    /// <summary>Finds out what members require whose manifests do not say it.</summary>
    private async Task DescribeMembersAsync(LockUse use, LockOptions options, CancellationToken cancellationToken)
    {
        if (!MemberDescriptions.AreNeeded(Workspace))
            return;
        if (use == LockUse.Frozen)
        {
            if (WorkspaceLock.TryRead(Workspace.LockFile, ShownLock) is { } found)
                Workspace = MemberDescriptions.Recall(Workspace, found);
            return;
        }

        var request = new LockRequest(Workspace, options) { Use = use, Shown = ShownLock };
        var bench = await CreateBenchAsync(request, cancellationToken);
        Workspace = await MemberDescriptions.AskAsync(bench, Workspace, cancellationToken);
    }

    /// <summary>What operations on the workspace work with.</summary>
    /// <exception cref="KraitException">A manifest or an address cannot be used, or no interpreter is there (unusable input).</exception>
    public async Task<Workbench> CreateBenchAsync(LockRequest request, CancellationToken cancellationToken)
    {
        var inputs = LockInputsReader.Read(Workspace, request.Options).Requirements;
        var stated = inputs.Settings.Indexes;
        var others = (context.Settings?.Indexes ?? []).Where(index => !stated.Any(own => IsSame(own, index)));
        inputs = inputs with { Settings = inputs.Settings with { Indexes = [.. stated, .. others] } };
        var indexes = IndexArguments.Create(context, arguments, inputs);
        indexes = IndexArguments.Pin(indexes, context, inputs, markers: null);
        // A lock that is taken as it is needs no interpreter, unless something is installed.
        if (request.Use == LockUse.Frozen && environment is null)
            return run.BenchThatOnlyLooksFirst(indexes);
        var wanted = new PlainResolveRequest(inputs) { Resolve = request.Options.Resolve };
        // A lock that is there may be up to date, which costs no request.
        if (request.Use == LockUse.Update && !FileStatus.Exists(Workspace.LockFile, followLinks: true))
            run.RequestEarly(indexes, inputs, cancellationToken);
        return run.BenchThatLooksFirst(indexes, await FindInterpreterAsync(cancellationToken), wanted);
    }

    private static bool IsSame(Krait.Sources.StatedIndex one, Krait.Sources.StatedIndex other) =>
        one == other || (one.Name is not null && string.Equals(one.Name, other.Name, StringComparison.Ordinal));

    /// <summary>What the environment is to hold.</summary>
    /// <exception cref="KraitException">An option cannot be used (unusable input).</exception>
    public async Task<ProjectSyncRequest> CreateSyncRequestAsync(
        LockRequest request,
        CancellationToken cancellationToken
    )
    {
        var found = await FindEnvironmentAsync(cancellationToken);
        return new ProjectSyncRequest(request, found, TargetArguments.Create(context, arguments, found.Interpreter))
        {
            Selection = SelectionArguments.Create(arguments),
            Omissions = SelectionArguments.Omissions(arguments),
            Install = InstallArguments.Options(arguments),
            IsInexact = arguments.IsOn(WorkspaceOptions.Inexact),
            ReinstallsAll = arguments.IsOn(PipOptions.Reinstall),
            Reinstalls = [.. arguments.Values(PipOptions.ReinstallPackage).Select(NameLists.ParseName)],
            IsDryRun = arguments.IsOn(PipOptions.DryRun) || arguments.IsOn(WorkspaceOptions.CheckEnvironment),
            KraitVersion = ProductVersion.Number,
        };
    }

    /// <summary>Tells that an environment is made, or made again and why.</summary>
    public void AnnounceEnvironment(bool isDryRun)
    {
        if (environment is not { } found)
            return;
        var shown = Search.Shown(found.Path);
        if (found.Existing is not null)
        {
            // The user has not seen where it is.
            if (Workspace.Script is not null)
                context.Terminal.Say($"Using the environment of the script at {context.Terminal.Paint(shown, 36)}");
            return;
        }

        if (found.Reason is { } reason)
            context.Terminal.Say($"{(isDryRun ? "Would replace" : "Replacing")} the environment `{shown}`: {reason}");
        context.Terminal.Say(
            $"{(isDryRun ? "Would create" : "Creating")} virtual environment at {context.Terminal.Paint(shown, 36)} with Python {found.Interpreter.Version}"
        );
    }

    private static ExtraName GroupName(string text) =>
        ExtraName.TryParse(text, out var name, out var error)
            ? name
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
}
