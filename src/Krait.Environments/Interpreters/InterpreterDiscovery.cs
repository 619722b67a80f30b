using System.Runtime.CompilerServices;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Interpreters;

/// <summary>
/// Finds interpreters and environments: what the request names, else the active environment, the Conda environment, the nearest
/// `.venv`, then the programs on PATH and what pyenv has installed. What is absent is passed over; one error tells that all were.
/// </summary>
/// <param name="probe">Asks the interpreters found.</param>
/// <param name="context">Where to look.</param>
public sealed class InterpreterDiscovery(InterpreterProbe probe, SearchContext context)
{
    /// <summary>Finds the environment to install into.</summary>
    /// <param name="request">What the interpreter has to be, or where the environment is.</param>
    /// <param name="system">Whether to pass over virtual environments (`--system`).</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">There is none (unusable input).</exception>
    public async Task<PythonEnvironment> FindEnvironmentAsync(
        PythonRequest request,
        bool system,
        CancellationToken cancellationToken
    )
    {
        if (request.Path is { } path)
            return await OpenPathAsync(context.Absolute(path), cancellationToken);
        if (!system && await FindVirtualAsync(request, cancellationToken) is { } found)
            return found;
        if (request.ExecutableName is { } name && IsEnvironment(context.Absolute(name)))
            return await PythonEnvironment.OpenAsync(context.Absolute(name), probe, cancellationToken);
        if (!system && request.IsAny)
            throw NoEnvironment();
        return EnvironmentOf(await FindInterpreterAsync(request, includeEnvironments: false, cancellationToken));
    }

    /// <summary>Finds the active virtual environment, Conda's, or the project's; null when there is none that fits.</summary>
    /// <exception cref="KraitException">The active environment's variable points nowhere (unusable input).</exception>
    public async Task<PythonEnvironment?> FindVirtualAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        if (context.Variable("VIRTUAL_ENV") is { } active)
        {
            var root = context.Absolute(active);
            if (!IsEnvironment(root))
                throw ActiveMissing("VIRTUAL_ENV", active);
            var environment = await PythonEnvironment.OpenAsync(root, probe, cancellationToken);
            return request.IsSatisfiedBy(environment.Interpreter) ? environment : null;
        }

        if (context.Variable("CONDA_PREFIX") is { } conda && IsChildOfConda())
        {
            var executable = PythonEnvironment.ExecutableIn(context.Absolute(conda));
            if (FileStatus.TryRead(executable, followLinks: true, out _) == FileError.None)
            {
                var interpreter = await probe.ProbeAsync(executable, cancellationToken);
                return request.IsSatisfiedBy(interpreter) ? PythonEnvironment.System(interpreter) : null;
            }
        }

        if (FindProjectEnvironment() is not { } project)
            return null;
        var nearest = await PythonEnvironment.OpenAsync(project, probe, cancellationToken);
        return request.IsSatisfiedBy(nearest.Interpreter) ? nearest : null;
    }

    /// <summary>The nearest environment folder from the working folder upwards; null when there is none.</summary>
    public string? FindProjectEnvironment()
    {
        for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Join(folder, context.EnvironmentName);
            if (IsEnvironment(candidate))
                return candidate;
        }

        return null;
    }

    /// <summary>Finds an interpreter.</summary>
    /// <param name="request">What it has to be.</param>
    /// <param name="includeEnvironments">Whether the interpreter of an active or project environment counts.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">There is none (unusable input).</exception>
    public async Task<Interpreter> FindInterpreterAsync(
        PythonRequest request,
        bool includeEnvironments,
        CancellationToken cancellationToken
    )
    {
        if (request.Path is { } path)
            return (await OpenPathAsync(context.Absolute(path), cancellationToken)).Interpreter;
        if (includeEnvironments && await FindVirtualAsync(request, cancellationToken) is { } environment)
            return environment.Interpreter;
        await foreach (var interpreter in FindAllAsync(request, cancellationToken))
            return interpreter;
        throw NotFound(request);
    }

    /// <summary>Finds an interpreter to make an environment from: what the request names, or the one behind it.</summary>
    /// <exception cref="KraitException">There is none (unusable input).</exception>
    public async Task<BaseInterpreter> FindBaseAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        var (named, found) = await FindNamedAsync(request, cancellationToken);
        // A script that starts an interpreter is not one.
        if (!string.Equals(LinkResolver.Resolve(named), found.Executable, StringComparison.Ordinal))
            named = found.Executable;
        var program = BaseInterpreter.FindProgram(named, found);
        return new BaseInterpreter(await probe.ProbeAsync(program, cancellationToken), program);
    }

    private async Task<(string Path, Interpreter Interpreter)> FindNamedAsync(
        PythonRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Path is { } path)
        {
            var absolute = context.Absolute(path);
            var opened = await OpenPathAsync(absolute, cancellationToken);
            var program = FolderTree.IsFolder(absolute) ? PythonEnvironment.ExecutableIn(absolute) : absolute;
            return (program, opened.Interpreter);
        }

        await foreach (var found in FindAllNamedAsync(request, cancellationToken))
            return found;
        throw NotFound(request);
    }

    /// <summary>All interpreters outside of environments that fit, in the order of the search, each once.</summary>
    public async IAsyncEnumerable<Interpreter> FindAllAsync(
        PythonRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (_, interpreter) in FindAllNamedAsync(request, cancellationToken))
            yield return interpreter;
    }

    private async IAsyncEnumerable<(string Path, Interpreter Interpreter)> FindAllNamedAsync(
        PythonRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in InterpreterCandidates.Find(context, request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryProbeAsync(candidate, cancellationToken) is not { } interpreter)
                continue;
            if (seen.Add(interpreter.Executable) && request.IsSatisfiedBy(interpreter))
                yield return (candidate, interpreter);
        }
    }

    private static bool IsEnvironment(string folder) =>
        FileStatus.TryRead(Path.Join(folder, VenvConfiguration.FileName), followLinks: true, out var status)
            == FileError.None
        && status.Kind == FileKind.File;

    private static PythonEnvironment EnvironmentOf(Interpreter interpreter) => PythonEnvironment.System(interpreter);

    /// <summary>The base environment of Conda is the system's: only a named one is somebody's choice.</summary>
    private bool IsChildOfConda() => context.Variable("CONDA_DEFAULT_ENV") is not ("base" or "root");

    private async Task<PythonEnvironment> OpenPathAsync(string path, CancellationToken cancellationToken)
    {
        var error = FileStatus.TryRead(path, followLinks: true, out var status);
        if (error != FileError.None)
            throw InterpreterException.Missing(path);
        if (status.Kind == FileKind.Folder)
        {
            if (IsEnvironment(path))
                return await PythonEnvironment.OpenAsync(path, probe, cancellationToken);
            return EnvironmentOf(await probe.ProbeAsync(PythonEnvironment.ExecutableIn(path), cancellationToken));
        }

        // An interpreter in the `bin` of an environment stands for the environment.
        var root = Path.GetDirectoryName(Path.GetDirectoryName(path));
        if (root is not null && IsEnvironment(root))
            return await PythonEnvironment.OpenAsync(root, probe, cancellationToken);
        return EnvironmentOf(await probe.ProbeAsync(path, cancellationToken));
    }

    private async Task<Interpreter?> TryProbeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ProbeAsync(path, cancellationToken);
        }
        catch (InterpreterException)
        {
            // A shim for a version that is not installed, or a program that is broken: the next one may do.
            return null;
        }
    }

    private static KraitException ActiveMissing(string variable, string value) =>
        new(
            new Diagnostic("environment-missing", $"`{variable}` names `{value}`, which is not a virtual environment")
            {
                Hints = [$"Unset `{variable}`, or make the environment with `krait venv`"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    private KraitException NoEnvironment() =>
        new(
            new Diagnostic("environment-missing", "there is no virtual environment here")
            {
                Notes =
                [
                    $"neither `VIRTUAL_ENV` is set nor is there a `{context.EnvironmentName}` in `{context.WorkingFolder}` or above",
                ],
                Hints = ["Make one with `krait venv`, or pass `--system` to install into the interpreter itself"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    private KraitException NotFound(PythonRequest request) =>
        new(
            new Diagnostic(
                "interpreter-missing",
                request.IsAny ? "no Python interpreter was found" : $"no Python interpreter was found for `{request}`"
            )
            {
                Notes = [$"{context.SearchPath.Length} folders of the search path were searched"],
                Hints = ["Install one, or name its path with `--python`"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
