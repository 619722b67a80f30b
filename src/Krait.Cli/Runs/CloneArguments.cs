using Krait.Build.Git;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;

namespace Krait.Cli.Runs;

/// <summary>Repositories that are to be used in place (`-e git+…`), as the options say where and how.</summary>
internal static class CloneArguments
{
    /// <summary>The same inputs, with clones in the place of repositories.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="folder">Where clones are kept unless `--src` names another directory.</param>
    /// <param name="inputs">The requirements.</param>
    /// <param name="markers">The environment that they are for.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="KraitException">A repository has no name, cannot be reached, or has no place.</exception>
    public static Task<RequirementSet> PlaceAsync(
        KraitContext context,
        ParsedArguments arguments,
        string folder,
        RequirementSet inputs,
        MarkerEnvironment markers,
        CancellationToken cancellationToken
    )
    {
        if (inputs.Sources.IgnoresEditables)
            return Task.FromResult(inputs);
        var git = new GitOptions { Variables = context.Variables, IsOffline = arguments.IsOn(GlobalOptions.Offline) };
        folder = Path.GetFullPath(arguments.Value(ForeignOptions.SourceFolder) ?? folder, context.WorkingFolder);
        var repositories = new EditableRepositories(folder, git, context.Variables)
        {
            Actions = [.. arguments.Values(ForeignOptions.ExistsAction).Select(ActionOf)],
        };
        return repositories.PlaceAsync(inputs, markers, cancellationToken);
    }

    private static ExistingPathAction ActionOf(string text) =>
        text switch
        {
            "s" => ExistingPathAction.Switch,
            "i" => ExistingPathAction.Ignore,
            "w" => ExistingPathAction.Wipe,
            "b" => ExistingPathAction.Backup,
            _ => ExistingPathAction.Abort,
        };
}
