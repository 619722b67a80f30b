using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Cli.Runs;

/// <summary>Makes an environment again in its own folder, from the interpreter that it was made from or its successor.</summary>
internal static class EnvironmentRebuild
{
    /// <summary>Writes the environment's own files again.</summary>
    /// <param name="context">The run.</param>
    /// <param name="cache">Where what interpreters say of themselves is kept.</param>
    /// <param name="root">The environment's folder.</param>
    /// <param name="existing">Whether its packages stay (`Keep`) or go (`Clear`).</param>
    /// <param name="python">The interpreter that is asked for; null takes the one that the environment was made from.</param>
    /// <param name="cancellationToken">Ends the search for an interpreter.</param>
    /// <exception cref="KraitException">There is no interpreter, or the folder cannot be written.</exception>
    public static async Task<PythonEnvironment> RunAsync(
        KraitContext context,
        CacheFolder cache,
        string root,
        ExistingFolder existing,
        string? python,
        CancellationToken cancellationToken
    )
    {
        var configuration = TryReadConfiguration(root);
        var discovery = EnvironmentAccess.Discovery(context, cache);
        var (found, program) = await FindBaseAsync(discovery, root, configuration, python, cancellationToken);
        var paths = found.PathsOfEnvironment(root);
        VenvBuilder.Create(
            new VenvRequest(
                root,
                program,
                found.MarkerValues["platform_python_implementation"],
                found.Version.ToString()
            )
            {
                SitePackages = Path.GetRelativePath(root, paths.PureLibrary),
                Scripts = Path.GetRelativePath(root, paths.Scripts),
                HasLib64 = found is { PointerSize: 8 } && found.MarkerValues["sys_platform"] is "linux",
                Prompt = configuration is null ? VenvPlaces.PromptIn(root) : configuration.Prompt,
                IncludesSystemSitePackages = configuration?.IncludesSystemPackages ?? false,
                IsRelocatable = configuration?.IsRelocatable ?? false,
                Existing = existing,
                WorkingFolder = context.WorkingFolder,
                KraitVersion = ProductVersion.Number,
                BaseState = EnvironmentState.Of(found),
            }
        );
        // What was remembered of the interpreter at this path is about the one before.
        return await PythonEnvironment.OpenAsync(root, new InterpreterProbe(cache), cancellationToken);
    }

    /// <summary>The program that an environment was made from, if it is there; null where it is gone.</summary>
    public static string? BaseProgramOf(string root) =>
        Candidates(root, TryReadConfiguration(root)).FirstOrDefault(Path.IsPathRooted);

    private static VenvConfiguration? TryReadConfiguration(string root)
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

    private static async Task<BaseInterpreter> FindBaseAsync(
        InterpreterDiscovery discovery,
        string root,
        VenvConfiguration? configuration,
        string? python,
        CancellationToken cancellationToken
    )
    {
        if (python is not null)
            return await discovery.FindBaseAsync(EnvironmentAccess.Request(python), cancellationToken);
        foreach (var candidate in Candidates(root, configuration))
        {
            try
            {
                return await discovery.FindBaseAsync(EnvironmentAccess.Request(candidate), cancellationToken);
            }
            catch (KraitException)
            {
                // It is gone, or does not work: the next best one will do.
            }
        }

        return await discovery.FindBaseAsync(PythonRequest.Any, cancellationToken);
    }

    /// <summary>The program that the environment was made from, then any of its minor version.</summary>
    private static IEnumerable<string> Candidates(string root, VenvConfiguration? configuration)
    {
        var minor = MinorVersionOf(root, configuration);
        if (configuration?.Home is { } home && Path.IsPathRooted(home))
        {
            foreach (var name in (string[])[$"python{minor}", "python3", "python"])
            {
                var path = Path.Join(home, name);
                if (FileStatus.Exists(path, followLinks: true))
                    yield return path;
            }
        }

        if (minor is not null)
            yield return minor;
    }

    /// <summary>`3.12`, from the configuration, else from the folder of packages.</summary>
    private static string? MinorVersionOf(string root, VenvConfiguration? configuration)
    {
        if (configuration?.PythonVersion?.Split('.') is [var major, var minor, ..])
            return $"{major}.{minor}";
        return DirectoryHandle
            .ListAt(Path.Join(root, "lib"))
            .Select(entry => entry.Name)
            .Where(name => name.StartsWith("python3.", StringComparison.Ordinal))
            .Select(name => name["python".Length..])
            .FirstOrDefault();
    }
}
