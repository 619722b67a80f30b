using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Cli.Runs;

/// <summary>
/// Replaces an environment of ours whose interpreter has changed, moved or gone, or that was moved itself. A folder that Krait did not make is
/// never touched.
/// </summary>
internal static class EnvironmentRenewal
{
    /// <summary>Why an environment has to be made again, as the end of a sentence; null where it need not, or is not ours.</summary>
    public static async Task<string?> FindReasonAsync(
        KraitContext context,
        CacheFolder cache,
        string root,
        CancellationToken cancellationToken
    )
    {
        VenvConfiguration? configuration;
        try
        {
            configuration = VenvConfiguration.TryRead(root);
        }
        catch (FileSystemException)
        {
            return null;
        }

        if (configuration?.KraitVersion is null)
            return null;
        if (VenvPlaces.MovedFrom(root, configuration) is { } place)
            return $"it was made at `{place}`";
        var program = PythonEnvironment.ExecutableIn(root);
        if (!FileStatus.Exists(program, followLinks: true))
        {
            var target = SymbolicLinks.Read(program);
            return target is null ? "it has no interpreter" : $"its interpreter `{target}` is gone";
        }

        try
        {
            var now = await new InterpreterProbe(cache).ProbeAsync(program, cancellationToken);
            return EnvironmentState.FindDifference(configuration, now);
        }
        catch (InterpreterException failure)
        {
            return $"its interpreter does not work: {failure.Diagnostic.Message}";
        }
    }

    /// <summary>Makes the environment of a command again where it has to be; it is empty then, and the command fills it.</summary>
    public static async Task RenewAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        string? python,
        CancellationToken cancellationToken
    )
    {
        if (InstallArguments.IsDryRun(arguments) || arguments.IsOn(PipOptions.System))
            return;
        if (RootOf(context, python) is not { } root)
            return;
        if (await FindReasonAsync(context, cache, root, cancellationToken) is not { } reason)
            return;
        context.Terminal.Say($"Rebuilding the environment at {root}: {reason}");
        await EnvironmentRebuild.RunAsync(context, cache, root, ExistingFolder.Clear, python: null, cancellationToken);
    }

    /// <summary>The folder of the environment that a command means; null where it means an interpreter, or nothing that is there.</summary>
    public static string? RootOf(KraitContext context, string? python)
    {
        if (python is null && context.Variables.GetValueOrDefault("VIRTUAL_ENV") is { Length: > 0 } active)
            python = active;
        if (python is null)
        {
            for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                var candidate = Path.Join(folder, ".venv");
                if (VenvConfiguration.IsIn(candidate))
                    return candidate;
            }

            return null;
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(python, context.WorkingFolder));
        if (VenvConfiguration.IsIn(path))
            return path;
        return Path.GetDirectoryName(Path.GetDirectoryName(path)) is { } root && VenvConfiguration.IsIn(root)
            ? root
            : null;
    }
}
