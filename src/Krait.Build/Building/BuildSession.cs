using System.Collections.Immutable;
using Krait.Archives;
using Krait.Build.Failures;
using Krait.Build.Hooks;
using Krait.Build.Isolation;
using Krait.Build.Sources;
using Krait.Packaging.Metadata;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Build.Building;

/// <summary>
/// One source being built with one interpreter: its folder, its environment and its log. What was found out for its metadata is used
/// again for its wheel.
/// </summary>
internal sealed class BuildSession : IDisposable
{
    private const int ShownLines = 12;

    private readonly IBuildEnvironments environments;
    private readonly BuildOptions options;
    private readonly BuildLog log;
    private readonly Lazy<CoreMetadata?> stated;
    private ImmutableArray<string>? known;

    private BuildSession(
        BuildSource source,
        BuildRequest request,
        IBuildEnvironments environments,
        BuildOptions options,
        SourceWorkspace workspace,
        BuildBackend backend
    )
    {
        this.environments = environments;
        this.options = options;
        (Source, Request, Workspace, Backend) = (source, request, workspace, backend);
        stated = new(() =>
            StaticMetadata.TryRead(workspace.ProjectFolder, source is BuildSource.Archive, out var found) ? found : null
        );
        log = new BuildLog(options.Progress is { } progress ? new LineReporter(progress, source.Title) : null);
    }

    public BuildSource Source { get; }

    public BuildRequest Request { get; }

    public SourceWorkspace Workspace { get; }

    public BuildBackend Backend { get; }

    /// <summary>The metadata that the source states itself; null where only its backend knows it.</summary>
    public CoreMetadata? Stated => stated.Value;

    /// <summary>The environment of the last step.</summary>
    public BuildEnvironment? Environment { get; private set; }

    /// <summary>Where prepared metadata lies, once there is some: the `.dist-info` folder.</summary>
    public string? PreparedFolder { get; set; }

    /// <summary>What the backend needs besides what the project states, once that is known.</summary>
    public ImmutableArray<string>? Additional { get; set; }

    /// <summary>Where the log goes when the build fails.</summary>
    public required string LogPath { get; init; }

    /// <summary>Unpacks a source and reads what builds it.</summary>
    /// <exception cref="KraitException">It has no project, or one whose pyproject.toml cannot be used (exit code 2).</exception>
    public static BuildSession Open(
        BuildSource source,
        BuildRequest request,
        IBuildEnvironments environments,
        BuildOptions options,
        CacheFolder cache,
        string logPath,
        CancellationToken cancellationToken
    )
    {
        var workspace = SourceWorkspace.Open(source, cache, options.ArchiveLimits, cancellationToken);
        try
        {
            foreach (var warning in workspace.Warnings)
                options.Progress?.Report(new BuildEvent.Warned(source.Title, warning));
            var name = source is BuildSource.Folder folder
                ? Path.Join(folder.Path, "pyproject.toml")
                : $"pyproject.toml of {source.Display}";
            if (!BuildBackend.TryRead(workspace.ProjectFolder, name, out var backend, out var errors))
                throw new KraitException(errors[0]) { Kind = FailureKind.UnusableInput };
            return new BuildSession(source, request, environments, options, workspace, backend) { LogPath = logPath };
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>Gets the environment for what is known to be needed by now.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Request.Shared is { } shared)
        {
            if (Request.ChecksShared)
                CheckShared(shared);
            Environment = shared;
            return;
        }

        var requirements = Backend.Requires.AddRange(Request.ExtraRequires);
        foreach (var text in Additional ?? [])
        {
            if (Requirement.TryParse(text, out var requirement, out var error))
                requirements = requirements.Add(requirement);
            else
                throw new KraitException(BadRequirement(text, error));
        }

        var chain = Request.Chain.Enter(Source.Key, Source.Title);
        try
        {
            Environment = await environments.PrepareAsync(
                new BuildEnvironmentRequest(Request.Interpreter, requirements, chain),
                cancellationToken
            );
        }
        catch (KraitException e) when (e is not EndlessBuildException)
        {
            throw new KraitException(NoEnvironment(e.Diagnostic), e);
        }

        known =
        [
            .. requirements
                .Where(requirement => requirement.Marker.Evaluate(Request.Interpreter.Markers))
                .SelectMany(requirement => new[] { requirement.ToString(), requirement.Name.Value }),
        ];
    }

    /// <summary>Compares what the project says that its build needs with what is installed.</summary>
    /// <exception cref="KraitException">Something is missing, or has another version.</exception>
    private void CheckShared(BuildEnvironment shared)
    {
        var installed = shared
            .Pins.Select(pin => pin.Split("=="))
            .Where(parts => parts.Length == 2)
            .ToLookup(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var missing = Backend
            .Requires.AddRange(Request.ExtraRequires)
            .Where(requirement => requirement.Marker.Evaluate(Request.Interpreter.Markers))
            .Where(requirement => !installed[requirement.Name.Value].Any(text => Fits(requirement, text)))
            .Select(requirement => requirement.ToString())
            .ToList();
        if (missing.Count == 0)
            return;
        throw new KraitException(
            new Diagnostic(
                "build-dependencies-missing",
                $"failed to build {Source.Title}: its build requirements are not installed in the environment"
            )
            {
                Notes = [.. missing.Select(text => $"it needs `{text}`")],
                Hints = [$"Install them first, or build without {Control.NoBuildIsolation}"],
            }
        );
    }

    private static bool Fits(Requirement requirement, string installed) =>
        Packaging.Versions.Version.TryParse(installed, out var version, out _)
        && (requirement.Specifiers?.Contains(version) ?? true);

    /// <summary>Calls a hook, after asking what it needs unless that is known.</summary>
    /// <returns>Its answer; null when the backend needs something that is not in the environment yet, which is known from now on.</returns>
    /// <exception cref="BuildFailedException">The hook, or the one before it, failed.</exception>
    public async Task<HookOutcome?> RunAsync(HookStep step, bool mayBeMissing, CancellationToken cancellationToken)
    {
        var question = new HookStep(HookNames.RequiresFor(step.Hook))
        {
            IsOptional = true,
            Settings = Request.Settings,
        };
        ImmutableArray<HookStep> steps = Additional is null ? [question, step] : [step];
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        options.Progress?.Report(new BuildEvent.Started(Source.Title, step.Hook));
        var answers = await CallAsync(steps, cancellationToken);
        options.Progress?.Report(
            new BuildEvent.Finished(Source.Title, step.Hook, System.Diagnostics.Stopwatch.GetElapsedTime(started))
        );
        var failed = answers.FirstFailure(steps) ?? (answers.Stop == GuardedStop.None ? null : steps.Length - 1);
        var isHarmless = failed == steps.Length - 1 && mayBeMissing && answers.Outcomes[^1] is HookOutcome.Missing;
        if (failed is { } index && !isHarmless)
            throw Fail(steps[index].Hook, answers.Outcomes[index], answers.Stop);
        if (Additional is null)
            Additional = answers.Outcomes[0] is HookOutcome.Returned { List: var list } ? list : [];
        return answers.Outcomes[^1] is HookOutcome.NotReached ? null : answers.Outcomes[^1];
    }

    /// <summary>The failure of a step that did answer, but not as it must.</summary>
    public BuildFailedException Fail(string hook, HookOutcome outcome, GuardedStop stop = GuardedStop.None)
    {
        var text = log.ToText();
        WriteLog();
        return new BuildFailedException(
            new BuildFailure
            {
                Source = Source,
                Interpreter = Request.Interpreter,
                Backend = Backend,
                Step = hook,
                Outcome = outcome,
                Stop = stop,
                Limits = options.Limits,
                LastLines = log.LastLines(ShownLines),
                LogPath = LogPath,
                Cause =
                    stop == GuardedStop.None
                        ? CauseSearch.Find(
                            text,
                            outcome,
                            Source.Name?.Value ?? "the project",
                            Request.Interpreter.Version.ToString()
                        )
                        : null,
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => Workspace.Dispose();

    private async Task<HookAnswers> CallAsync(ImmutableArray<HookStep> steps, CancellationToken cancellationToken)
    {
        var environment = Environment ?? throw new InvalidOperationException("The environment is not prepared");
        var variables = HookVariables.Choose(
            options.Variables,
            environment.Root,
            environment.Scripts,
            Request.ExtraVariables
        );
        log.WriteLine(
            $"# {Source.Title}: {string.Join(", ", steps.Select(s => s.Hook))} of {Backend.ObjectPath}, {Request.Interpreter}"
        );
        if (!environment.Pins.IsEmpty)
            log.WriteLine($"# environment: {string.Join(' ', environment.Pins)}");
        if (!variables.Withheld.IsEmpty)
        {
            log.WriteLine(
                $"# variables withheld from the build because they may hold secrets: {string.Join(' ', variables.Withheld)}"
            );
        }

        var run = new HookRun
        {
            Python = environment.Python,
            SourceFolder = Workspace.ProjectFolder,
            Backend = Backend,
            WorkFolder = Workspace.MakeFolder("hooks"),
            Variables = variables.Values,
            Limits = options.Limits,
            Known = known ?? [],
        };
        return await run.RunAsync(steps, log, cancellationToken);
    }

    private void WriteLog()
    {
        try
        {
            FolderTree.Create(Path.GetDirectoryName(LogPath) ?? "/");
            AtomicFile.Write(LogPath, log.ToBytes(), durable: false);
        }
        catch (FileSystemException)
        {
            // The last lines are shown anyway.
        }
    }

    private Diagnostic NoEnvironment(Diagnostic cause) =>
        new("build-environment", $"failed to build {Source.Title}: its build requirements could not be installed")
        {
            Cause = cause,
            Hints = cause.Hints,
        };

    private Diagnostic BadRequirement(string text, Diagnostic cause) =>
        new(
            "build-requirement",
            $"failed to build {Source.Title}: its backend requires `{SafeText.Escape(text)}`, which is not a valid requirement"
        )
        {
            Cause = cause,
        };

    private sealed class LineReporter(IProgress<BuildEvent> progress, string title) : IProgress<string>
    {
        public void Report(string value) => progress.Report(new BuildEvent.Line(title, value));
    }
}
