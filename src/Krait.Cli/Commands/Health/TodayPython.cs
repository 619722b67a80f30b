using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Platform.Caching;

namespace Krait.Cli.Commands.Health;

/// <summary>The interpreter that questions about today are answered for.</summary>
internal static class TodayPython
{
    /// <summary>That of `--python` or the environment, else any.</summary>
    public static Task<Interpreter> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        CancellationToken cancellationToken
    ) =>
        EnvironmentAccess
            .Discovery(context, cache)
            .FindInterpreterAsync(
                EnvironmentAccess.Request(arguments.Value(PipOptions.Python)),
                includeEnvironments: !arguments.IsOn(PipOptions.System),
                cancellationToken
            );
}
