using System.Collections.Frozen;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Pip;

/// <summary>
/// The user's command as the header of a compiled file repeats it: the same for every way to type it, without passwords, and without
/// what only matters to one run.
/// </summary>
internal static class CompileCommandText
{
    private static readonly FrozenSet<Option> OfOneRun =
    [
        CompileOptions.Check,
        PipOptions.DryRunOfTools,
        CompileOptions.ReuseHashes,
        CompileOptions.Rebuild,
        PipOptions.Upgrade,
        PipOptions.UpgradePackage,
        PipOptions.UpgradeGroup,
        PipOptions.Refresh,
        PipOptions.RefreshPackage,
        GlobalOptions.Quiet,
        GlobalOptions.Verbose,
        GlobalOptions.Color,
        GlobalOptions.NoColor,
        GlobalOptions.NoProgress,
        GlobalOptions.Offline,
        GlobalOptions.CacheDir,
        GlobalOptions.NoCache,
        GlobalOptions.NoConfig,
        GlobalOptions.Timeout,
        GlobalOptions.Retries,
    ];

    /// <summary>The command: options by name, then the files.</summary>
    public static string Of(ParsedArguments arguments)
    {
        var words = new List<(string Name, string Text)>();
        foreach (var uses in arguments.Typed.GroupBy(use => use.Option))
        {
            var option = uses.Key;
            if (OfOneRun.Contains(option) || option.Ignored is not null)
                continue;
            // Of a flag and of a single value, the last counts.
            var counting = option.Kind == OptionKind.Values ? uses : uses.TakeLast(1);
            foreach (var use in counting.Where(use => Tells(use, arguments)))
                words.Add((option.Name, Word(use)));
        }

        var options = words.OrderBy(word => word.Name, StringComparer.Ordinal).Select(word => word.Text);
        return string.Join(' ', options.Concat(arguments.Positionals).Select(Quote).Prepend("krait pip compile"));
    }

    /// <summary>Whether a flag is other than it would be anyway.</summary>
    private static bool Tells(TypedOption use, ParsedArguments arguments) =>
        use.Value is not null || use.IsOpposite == use.Option.IsOnByDefault || arguments.IsConfigured(use.Option);

    private static string Word(TypedOption use)
    {
        if (use.IsOpposite)
            return $"--{use.Option.Opposite}";
        return use.Value is null ? $"--{use.Option.Name}" : $"--{use.Option.Name}={use.Value}";
    }

    private static string Quote(string word)
    {
        const string Harmless = "-_./:=@%+,^";
        var safe = Packaging.Text.UrlRedaction.Apply(word);
        var isPlain =
            safe.Length > 0
            && safe.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal));
        return isPlain ? safe : $"'{safe.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
