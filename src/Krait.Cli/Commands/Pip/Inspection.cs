using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>What the commands that look into an environment share.</summary>
internal static class Inspection
{
    /// <summary>Finds the environment and reads what is installed in it.</summary>
    public static async Task<(PythonEnvironment Environment, InstalledDistributions Installed)> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var environment = await EnvironmentAccess.FindAsync(context, arguments, cache, cancellationToken);
        var folders = arguments.Values(InspectionOptions.Path);
        var installed =
            folders.Count == 0
                ? InstalledDistributions.Read(environment)
                : InstalledDistributions.Read(
                    folders.Select(folder => Path.GetFullPath(folder, context.WorkingFolder))
                );
        foreach (var partial in installed.Partial)
            DiagnosticRenderer.WriteWarning(context.Terminal, partial);
        return (environment, installed.WithPartial());
    }

    /// <summary>The packages of an environment that the options leave in, in the order of names.</summary>
    public static async Task<(PythonEnvironment Environment, List<InstalledPackage> Packages)> ListAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var excluded = arguments.Values(InspectionOptions.Exclude).Select(NameLists.ParseName).ToHashSet();
        var (environment, installed) = await OpenAsync(context, arguments, cancellationToken);
        var graph = InstalledGraph.Read(installed, environment.Interpreter.Markers);
        var packages = graph.Packages.Where(p => !excluded.Contains(p.Name));
        if (arguments.IsOn(InspectionOptions.ExcludeEditable))
            packages = packages.Where(p => p.EditableLocation is null);
        foreach (var missing in installed.LeftOut)
        {
            // A list that others install from must not lack a package without a word.
            if (arguments.IsOn(PipOptions.Strict))
                throw new KraitException(missing);
            Rendering.DiagnosticRenderer.WriteWarning(context.Terminal, missing);
        }

        if (arguments.IsOn(PipOptions.Strict))
            WarnAboutProblems(context, environment, installed);
        return (environment, [.. packages]);
    }

    private static void WarnAboutProblems(
        KraitContext context,
        PythonEnvironment environment,
        InstalledDistributions installed
    )
    {
        foreach (var problem in EnvironmentCheck.Run(installed, environment.Interpreter.Markers, tags: null))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("inconsistent", problem.Message.TrimEnd('.'))
            );
        }
    }
}
