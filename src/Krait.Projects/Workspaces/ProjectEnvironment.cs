using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>
/// The environment of a workspace, and what has to happen before it can be used: nothing, or it is made, or made again. Nothing is done before
/// <see cref="PrepareAsync"/>.
/// </summary>
public sealed class ProjectEnvironment
{
    private readonly EnvironmentPlace place;
    private readonly PythonEnvironment? existing;
    private readonly BaseInterpreter? maker;

    private ProjectEnvironment(EnvironmentPlace place, PythonEnvironment? existing, BaseInterpreter? maker)
    {
        this.place = place;
        this.existing = existing;
        this.maker = maker;
    }

    /// <summary>The environment's directory.</summary>
    public string Path => place.Path;

    /// <summary>The interpreter of the environment, or the one that it will be made from.</summary>
    public Interpreter Interpreter => existing?.Interpreter ?? maker!.Interpreter; // one of them is there

    /// <summary>The environment as it is; null where it has to be made first.</summary>
    public PythonEnvironment? Existing => existing;

    /// <summary>Whether a directory is there already that will be replaced.</summary>
    public bool IsRebuilt { get; private init; }

    /// <summary>Why the environment that is there is made again; null where it is not.</summary>
    public string? Reason { get; private init; }

    /// <summary>Finds out what is there, and the interpreter to make an environment from where that is needed.</summary>
    /// <param name="place">Where the environment is.</param>
    /// <param name="choice">The interpreter that is wanted.</param>
    /// <param name="probe">Asks interpreters.</param>
    /// <param name="search">Where interpreters are looked for.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">No interpreter fits, or something else is at the place (unusable input).</exception>
    public static async Task<ProjectEnvironment> FindAsync(
        EnvironmentPlace place,
        PythonChoice choice,
        InterpreterProbe probe,
        SearchContext search,
        CancellationToken cancellationToken
    )
    {
        var discovery = new InterpreterDiscovery(probe, search);
        var (existing, fault) = await OpenAsync(place, probe, cancellationToken);
        if (existing is not null)
        {
            fault = await FindFaultAsync(existing, choice, discovery, cancellationToken);
            if (fault is null)
                return new ProjectEnvironment(place, existing, maker: null);
        }

        if (fault is not null && !place.IsOwn)
            throw Unfit(place, fault);
        var found = await FindMakerAsync(choice, discovery, cancellationToken);
        return new ProjectEnvironment(place, existing: null, found) { Reason = fault, IsRebuilt = fault is not null };
    }

    /// <summary>The interpreter that an environment would be made from.</summary>
    /// <param name="choice">The interpreter that is wanted.</param>
    /// <param name="probe">Asks interpreters.</param>
    /// <param name="search">Where interpreters are looked for.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">No interpreter fits (unusable input).</exception>
    public static async Task<Interpreter> FindMakerAsync(
        PythonChoice choice,
        InterpreterProbe probe,
        SearchContext search,
        CancellationToken cancellationToken
    ) => (await FindMakerAsync(choice, new InterpreterDiscovery(probe, search), cancellationToken)).Interpreter;

    private static async Task<BaseInterpreter> FindMakerAsync(
        PythonChoice choice,
        InterpreterDiscovery discovery,
        CancellationToken cancellationToken
    )
    {
        var found = await discovery.FindBaseAsync(choice.Request, cancellationToken);
        choice.RefuseUnsupported(found.Interpreter);
        return found;
    }

    /// <summary>Makes the environment where that is needed. Until <see cref="EnvironmentChanging.Keep"/> is called, the old state comes back.</summary>
    /// <param name="kraitVersion">Our version, which marks the environment as ours.</param>
    /// <param name="prompt">What shells show while it is active.</param>
    /// <param name="probe">Asks interpreters.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="KraitException">It cannot be made.</exception>
    public async Task<EnvironmentChanging> PrepareAsync(
        string kraitVersion,
        string? prompt,
        InterpreterProbe probe,
        CancellationToken cancellationToken
    )
    {
        if (existing is not null)
            return new EnvironmentChanging(existing);
        var changing = EnvironmentChanging.Begin(Path, IsRebuilt);
        try
        {
            Create(Path, kraitVersion, prompt);
            changing.Environment = await PythonEnvironment.OpenAsync(Path, probe, cancellationToken);
            return changing;
        }
        catch
        {
            changing.Dispose();
            throw;
        }
    }

    /// <summary>An environment elsewhere, as new as the one that would be made: what a dry run looks at.</summary>
    public async Task<EnvironmentChanging> PrepareElsewhereAsync(
        string kraitVersion,
        InterpreterProbe probe,
        CancellationToken cancellationToken
    )
    {
        if (existing is not null)
            return new EnvironmentChanging(existing);
        var folder = System.IO.Path.Join(FolderTree.CreateTemporary("krait-dry-run-"), "venv");
        var changing = EnvironmentChanging.BeginTemporary(folder);
        Create(folder, kraitVersion, prompt: null);
        changing.Environment = await PythonEnvironment.OpenAsync(folder, probe, cancellationToken);
        return changing;
    }

    private void Create(string folder, string kraitVersion, string? prompt) =>
        VenvBuilder.Create(
            VenvRequest.For(maker!.Interpreter, folder, kraitVersion) with // there is no environment yet
            {
                BaseExecutable = maker.Program,
                Prompt = prompt,
            }
        );

    /// <summary>The environment at the place, or what is wrong with it; neither where nothing is there.</summary>
    private static async Task<(PythonEnvironment? Environment, string? Fault)> OpenAsync(
        EnvironmentPlace place,
        InterpreterProbe probe,
        CancellationToken cancellationToken
    )
    {
        if (place.IsOwn)
            EnvironmentChanging.Heal(place.Path);
        if (FileStatus.TryRead(place.Path, followLinks: true, out var status) != FileError.None)
        {
            return place.IsOwn ? (null, null) : throw Unfit(place, "there is nothing at that path");
        }

        if (!VenvConfiguration.IsIn(place.Path))
        {
            if (status.Kind == FileKind.Folder && IsEmpty(place.Path))
                return (null, null);
            throw new KraitException(
                new Diagnostic(
                    "not-an-environment",
                    $"refusing to replace `{place.Path}`, which is not a virtual environment"
                )
                {
                    Hints =
                    [
                        $"Move it away, or use a different directory for the environment with `{EnvironmentPlace.Variable}`",
                    ],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        try
        {
            return (await PythonEnvironment.OpenAsync(place.Path, probe, cancellationToken), null);
        }
        catch (InterpreterException)
        {
            return (null, "its interpreter is missing or does not work");
        }
    }

    /// <summary>Why an environment does not fit what is wanted; null where it does.</summary>
    private static async Task<string?> FindFaultAsync(
        PythonEnvironment environment,
        PythonChoice choice,
        InterpreterDiscovery discovery,
        CancellationToken cancellationToken
    )
    {
        var interpreter = environment.Interpreter;
        if (environment.FindMismatch() is not null)
        {
            return $"it was made for Python {environment.Configuration?.PythonVersion}, and its interpreter is now {interpreter.Version}";
        }

        if (FindChange(environment) is { } change)
            return change;
        if (!PythonChoice.Supports(choice.RequiresPython, interpreter))
            return $"it has Python {interpreter.Version}, and the project requires {choice.RequiresPython}";
        if (choice.Request.Path is null && choice.Request.ExecutableName is null)
        {
            return choice.Request.IsSatisfiedBy(interpreter)
                ? null
                : $"it has Python {interpreter.Version}, and {choice.Source} asks for {choice.Request}";
        }

        // A program by its path or name: the environment fits if it was made from that one.
        var wanted = await discovery.FindBaseAsync(choice.Request, cancellationToken);
        return
            wanted.Interpreter.Version == interpreter.Version
            && string.Equals(wanted.Interpreter.Implementation, interpreter.Implementation, StringComparison.Ordinal)
            && string.Equals(wanted.Interpreter.BasePrefix, interpreter.BasePrefix, StringComparison.Ordinal)
            ? null
            : $"it was not made from {choice.Request}";
    }

    /// <summary>What has become of an environment that Krait made: another place, or another interpreter behind it. Null for nothing.</summary>
    private static string? FindChange(PythonEnvironment environment)
    {
        if (environment.Configuration is not { KraitVersion: not null } configuration)
            return null;
        return VenvPlaces.MovedFrom(environment.Root, configuration) is { } place
            ? $"it was made at `{place}`"
            : EnvironmentState.FindDifference(configuration, environment.Interpreter);
    }

    private static bool IsEmpty(string path)
    {
        using var folder = DirectoryHandle.Open(path);
        return folder.List().Count == 0;
    }

    private static KraitException Unfit(EnvironmentPlace place, string fault) =>
        new(
            new Diagnostic("unfit-environment", $"the active environment `{place.Path}` cannot be used: {fault}")
            {
                Hints = [$"Activate another environment, or leave {Control.Active} out"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
