using System.Collections.Immutable;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Discovery;

/// <summary>
/// The environment that holds where nothing is named: the active one, Conda's, or the nearest `.venv` from the working folder upwards.
/// One above the working folder that belongs to another user is passed over with a warning, since its programs would be run.
/// </summary>
/// <param name="probe">Asks the interpreters found.</param>
/// <param name="context">Where to look.</param>
internal sealed class NearestEnvironment(InterpreterProbe probe, SearchContext context)
{
    /// <summary>What an environment is made of: who owns any of it decides what is run.</summary>
    private static readonly string[] Parts = ["", VenvConfiguration.FileName, "bin"];

    /// <summary>An environment and why it holds.</summary>
    /// <param name="Environment">The environment.</param>
    /// <param name="Variable">The variable that names it; null for a project's.</param>
    internal sealed record Found(PythonEnvironment Environment, string? Variable);

    /// <summary>What was passed over.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; private set; } = [];

    /// <summary>Finds it; null when there is none.</summary>
    /// <exception cref="KraitException">The active environment's variable points nowhere (unusable input).</exception>
    public async Task<Found?> FindAsync(CancellationToken cancellationToken)
    {
        if (context.Variable("VIRTUAL_ENV") is { } active)
        {
            var root = context.Absolute(active);
            if (!VenvConfiguration.IsIn(root))
                throw DiscoveryFailures.ActiveMissing("VIRTUAL_ENV", active);
            return new Found(await PythonEnvironment.OpenAsync(root, probe, cancellationToken), "VIRTUAL_ENV");
        }

        if (context.Variable("CONDA_PREFIX") is { } conda && IsChildOfConda())
        {
            var executable = PythonEnvironment.ExecutableIn(context.Absolute(conda));
            if (FileStatus.Exists(executable, followLinks: true))
            {
                var interpreter = await probe.ProbeAsync(executable, cancellationToken);
                return new Found(PythonEnvironment.System(interpreter), "CONDA_PREFIX");
            }
        }

        return FindProjectFolder() is { } project
            ? new Found(await PythonEnvironment.OpenAsync(project, probe, cancellationToken), Variable: null)
            : null;
    }

    /// <summary>The base environment of Conda is the system's: only a named one is somebody's choice.</summary>
    private bool IsChildOfConda() => context.Variable("CONDA_DEFAULT_ENV") is not ("base" or "root");

    private string? FindProjectFolder()
    {
        var passedOver = ImmutableArray.CreateBuilder<Diagnostic>();
        string? found = null;
        for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Join(folder, context.EnvironmentName);
            if (!VenvConfiguration.IsIn(candidate))
                continue;
            var isHere = string.Equals(folder, context.WorkingFolder, StringComparison.Ordinal);
            if (isHere || FindStranger(candidate) is not { } stranger)
            {
                found = candidate;
                break;
            }

            passedOver.Add(DiscoveryFailures.OfAnotherUser(candidate, stranger));
        }

        Warnings = passedOver.ToImmutable();
        return found;
    }

    private uint? FindStranger(string root)
    {
        var owner = FileOwner.OfProcess(context.Variables);
        foreach (var part in Parts)
        {
            if (owner.FindStranger(Path.Join(root, part)) is { } stranger)
                return stranger;
        }

        // The interpreter itself may be anybody's whom the environment's owner trusts: only the link to it counts.
        return
            FileStatus.TryRead(Path.Join(root, "bin", "python"), followLinks: false, out var link) == FileError.None
            && !owner.Trusts(link.UserId)
            ? link.UserId
            : null;
    }
}
