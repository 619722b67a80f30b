using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Projects.Bundles;

namespace Krait.Cli.Commands.Bundles;

/// <summary>`krait bundle install`: makes an environment match a bundle, without a network.</summary>
internal static class BundleInstallCommand
{
    public static Command Command { get; } =
        new("bundle install", "Make an environment match a bundle exactly, without a network")
        {
            Positional = new Positional("FILE", IsRequired: true, IsRepeatable: false),
            Options = () => PipSyncCommand.Command.Options(),
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var path = Path.GetFullPath(arguments.Positionals[0], context.WorkingFolder);
        using var bundle = BundleFolder.Unpack(path, cancellationToken);
        // Nothing but the bundle counts: neither indexes of settings nor what the cache knows of them.
        arguments.Add(GlobalOptions.Offline, value: null);
        arguments.Add(IndexOptions.NoIndex, value: null);
        arguments.Add(IndexOptions.FindLinks, bundle.Distributions);
        return await PipSyncCommand.RunAsync(
            context,
            arguments,
            [bundle.LockFile],
            machine => bundle.Check(machine, LockArguments.Selection(arguments)),
            cancellationToken
        );
    }
}
