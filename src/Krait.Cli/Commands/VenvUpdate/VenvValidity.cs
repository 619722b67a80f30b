using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.VenvUpdate;

/// <summary>Whether an environment can be kept: it is where it was made, sees what it should, and its interpreter is the same.</summary>
internal sealed class VenvValidity(KraitContext context, CacheFolder cache, VenvWords wanted, string root)
{
    /// <summary>Why it cannot be kept; null where it can. The first reason is told.</summary>
    public async Task<string?> FindReasonAsync(CancellationToken cancellationToken)
    {
        var configuration = ReadConfiguration();
        if (configuration is not { IsRelocatable: true })
        {
            if (VenvPlaces.RecordedIn(root) is not { } recorded)
                return "could not inspect metadata";
            if (!VenvPlaces.AreSame(recorded, root))
                return $"virtualenv moved {recorded} -> {root}";
        }

        if (configuration is null)
            return $"virtualenv has no {VenvConfiguration.FileName}";
        if (configuration.IncludesSystemPackages != wanted.IncludesSystemSitePackages)
        {
            return $"system-site-packages changed, to {Text(wanted.IncludesSystemSitePackages)} from {Text(configuration.IncludesSystemPackages)}";
        }

        return await FindReasonOfInterpreterAsync(configuration, cancellationToken);
    }

    private async Task<string?> FindReasonOfInterpreterAsync(
        VenvConfiguration configuration,
        CancellationToken cancellationToken
    )
    {
        Interpreter now;
        try
        {
            now = await new InterpreterProbe(cache).ProbeAsync(PythonEnvironment.ExecutableIn(root), cancellationToken);
        }
        catch (KraitException failure)
        {
            return $"the interpreter does not work: {failure.Diagnostic.Message}";
        }

        if (EnvironmentState.FindDifference(configuration, now) is { } difference)
            return difference;
        if (wanted.Python is not { } text)
            return null;
        var discovery = EnvironmentAccess.Discovery(context, cache);
        var asked = await discovery.FindBaseAsync(EnvironmentAccess.Request(text), cancellationToken);
        return
            string.Equals(asked.Interpreter.Build, now.Build, StringComparison.Ordinal)
            && string.Equals(asked.Interpreter.Implementation, now.Implementation, StringComparison.Ordinal)
            ? null
            : $"python changed, to {asked.Interpreter.Version} from {now.Version}";
    }

    private VenvConfiguration? ReadConfiguration()
    {
        try
        {
            return VenvConfiguration.TryRead(root);
        }
        catch (FileSystemException)
        {
            return null;
        }
    }

    private static string Text(bool value) => value ? "True" : "False";
}
