using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Locks;

namespace Krait.Cli.Runs;

/// <summary>Opens the cache as the general options and the environment say.</summary>
internal static class CacheArguments
{
    /// <summary>Opens the cache for the length of a run; a cache that cannot be used is replaced by a temporary one, with a warning.</summary>
    public static async Task<CacheFolder> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var cache = arguments.IsOn(GlobalOptions.NoCache)
            ? CacheFolder.OpenTemporary()
            : await CacheFolder.OpenAsync(
                Location(context, arguments),
                LockLimit(arguments),
                Waiting(context),
                cancellationToken
            );
        if (cache.Warning is { } warning)
            DiagnosticRenderer.WriteWarning(context.Terminal, warning);
        return cache;
    }

    /// <summary>Where the cache is.</summary>
    public static CacheLocation? Location(KraitContext context, ParsedArguments arguments) =>
        CacheLocation.Find(arguments.Value(GlobalOptions.CacheDir), context.Variables);

    /// <summary>How long to wait for a lock that somebody holds.</summary>
    /// <exception cref="UsageException">The limit is not a number.</exception>
    public static TimeSpan LockLimit(ParsedArguments arguments) =>
        arguments.Value(GlobalOptions.LockTimeout) is { } text
            ? TimeSpan.FromSeconds(Numbers.Seconds(arguments.NameOf(GlobalOptions.LockTimeout), text, minimum: 0))
            : CacheFolder.DefaultLockLimit;

    /// <summary>Says whom a run waits for.</summary>
    public static IProgress<LockWaiting> Waiting(KraitContext context) => new WaitingMessage(context.Terminal);

    private sealed class WaitingMessage(Terminal terminal) : IProgress<LockWaiting>
    {
        public void Report(LockWaiting value)
        {
            var holder = value.Holder is null ? "another process" : $"`{value.Holder}`";
            DiagnosticRenderer.WriteWarning(
                terminal,
                new Diagnostic("waiting", $"waiting for {holder}, which holds `{value.Path}`")
            );
        }
    }
}
