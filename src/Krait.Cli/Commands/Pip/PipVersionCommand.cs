using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Text;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip version`: what `pip --version` prints, which scripts read.</summary>
internal static class PipVersionCommand
{
    /// <summary>The version of pip whose commands and reports these are like.</summary>
    public const string LikePip = "26.3";

    public static Command Command { get; } =
        new("pip version", "Show the version of pip that these commands are compatible with")
        {
            Options = () => [.. PipOptions.Environment],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        using var cache = await CacheArguments.OpenAsync(context, arguments, cancellationToken);
        var python = "";
        try
        {
            var interpreter = await Health.TodayPython.FindAsync(context, arguments, cache, cancellationToken);
            python = string.Create(CultureInfo.InvariantCulture, $" (python {interpreter.Major}.{interpreter.Minor})");
        }
        catch (KraitException)
        {
            // Without an interpreter there is no more to tell.
        }

        context.Terminal.WriteResult($"pip {LikePip} from {Environment.ProcessPath}{python}");
        return ExitCodes.Done;
    }
}
