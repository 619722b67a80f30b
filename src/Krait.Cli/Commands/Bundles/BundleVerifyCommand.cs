using Krait.Cli.Parsing;
using Krait.Projects.Bundles;

namespace Krait.Cli.Commands.Bundles;

/// <summary>`krait bundle verify`: whether a bundle is whole and unchanged.</summary>
internal static class BundleVerifyCommand
{
    public static Command Command { get; } =
        new("bundle verify", "Check every byte of a bundle")
        {
            Positional = new Positional("FILE", IsRequired: true, IsRepeatable: false),
            Options = () => [],
            RunAsync = (context, arguments, cancellationToken) =>
                Task.FromResult(Run(context, arguments, cancellationToken)),
        };

    private static int Run(KraitContext context, ParsedArguments arguments, CancellationToken cancellationToken)
    {
        var named = arguments.Positionals[0];
        var manifest = BundleFolder.Verify(Path.GetFullPath(named, context.WorkingFolder), cancellationToken);
        context.Terminal.WriteResult($"Verified {named}: {BundleText.Of(manifest)}");
        return ExitCodes.Done;
    }
}
