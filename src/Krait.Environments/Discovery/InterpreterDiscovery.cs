using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;

namespace Krait.Environments.Discovery;

/// <summary>
/// Finds interpreters and environments. What a request names is used, or the search fails. Otherwise it is the active environment, the
/// Conda environment or the nearest `.venv`; and only for those who want no more than an interpreter, the programs on PATH and what
/// pyenv has installed.
/// </summary>
/// <param name="probe">Asks the interpreters found.</param>
/// <param name="context">Where to look.</param>
public sealed class InterpreterDiscovery(InterpreterProbe probe, SearchContext context)
{
    private readonly NearestEnvironment nearest = new(probe, context);
    private readonly NamedPython named = new(probe, context);

    /// <summary>What was found and not used, to be shown once.</summary>
    public ImmutableArray<Diagnostic> Warnings => nearest.Warnings;

    /// <summary>Finds the environment that a command works on.</summary>
    /// <param name="request">What the interpreter has to be, or where the environment is.</param>
    /// <param name="system">Whether it may be an interpreter outside of any environment.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">There is none that is what was asked for (unusable input).</exception>
    public async Task<PythonEnvironment> FindEnvironmentAsync(
        PythonRequest request,
        SystemUse system,
        CancellationToken cancellationToken
    )
    {
        if (await named.FindAsync(request, cancellationToken) is { } place)
            return named.Accept(place, system);
        if (system is not SystemUse.Always)
        {
            var found = await nearest.FindAsync(cancellationToken);
            if (found is not null && request.IsSatisfiedBy(found.Environment.Interpreter))
                return found.Environment;
            if (system is not SystemUse.WhenNeeded)
                throw DiscoveryFailures.NoEnvironment(request, found, context);
        }

        return PythonEnvironment.System(
            await FindInterpreterAsync(request, includeEnvironments: false, cancellationToken)
        );
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
        if (await named.FindAsync(request, cancellationToken) is { } place)
            return place.Interpreter;
        if (
            includeEnvironments
            && await nearest.FindAsync(cancellationToken) is { } found
            && request.IsSatisfiedBy(found.Environment.Interpreter)
        )
        {
            return found.Environment.Interpreter;
        }

        await foreach (var interpreter in FindAllAsync(request, cancellationToken))
            return interpreter;
        throw await NotFoundAsync(request, cancellationToken);
    }

    /// <summary>Finds an interpreter to make an environment from: what the request names, or the one behind it.</summary>
    /// <exception cref="KraitException">There is none (unusable input).</exception>
    public async Task<BaseInterpreter> FindBaseAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        var (path, found) = await FindProgramAsync(request, cancellationToken);
        // A script that starts an interpreter is not one.
        if (!string.Equals(LinkResolver.Resolve(path), found.Executable, StringComparison.Ordinal))
            path = found.Executable;
        var program = BaseInterpreter.FindProgram(path, found);
        return new BaseInterpreter(await probe.ProbeAsync(program, cancellationToken), program);
    }

    /// <summary>All interpreters outside of environments that fit, in the order of the search, each once.</summary>
    public async IAsyncEnumerable<Interpreter> FindAllAsync(
        PythonRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (_, interpreter) in FindProgramsAsync(request, cancellationToken))
            yield return interpreter;
    }

    private async Task<(string Path, Interpreter Interpreter)> FindProgramAsync(
        PythonRequest request,
        CancellationToken cancellationToken
    )
    {
        if (await named.FindAsync(request, cancellationToken) is { } place)
            return (place.Program, place.Interpreter);
        await foreach (var found in FindProgramsAsync(request, cancellationToken))
            return found;
        throw await NotFoundAsync(request, cancellationToken);
    }

    private async IAsyncEnumerable<(string Path, Interpreter Interpreter)> FindProgramsAsync(
        PythonRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in InterpreterCandidates.Find(context, request))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await probe.TryProbeAsync(candidate, cancellationToken) is not { } interpreter)
                continue;
            if (seen.Add(interpreter.Executable) && request.IsSatisfiedBy(interpreter))
                yield return (candidate, interpreter);
        }
    }

    private async Task<KraitException> NotFoundAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        var installed = new List<(Version Version, string Path)>();
        await foreach (var (path, interpreter) in FindProgramsAsync(PythonRequest.Any, cancellationToken))
            installed.Add((interpreter.Version, path));
        return DiscoveryFailures.NotFound(request, installed, context);
    }
}
