using System.Collections.Immutable;
using Krait.Cli.Arguments;

namespace Krait.Cli.Commands;

/// <summary>The options of `krait pip compile` alone.</summary>
internal static class CompileOptions
{
    public static readonly Option OutputFile = new(
        "output-file",
        OptionKind.Value,
        "Write to this file; its pins are kept where they fit"
    )
    {
        Short = 'o',
        ValueName = "FILE",
    };
    public static readonly Option Format = new("format", OptionKind.Value, "What to write")
    {
        ValueName = "FORMAT",
        Choices = ["requirements.txt", "pylock.toml"],
    };
    public static readonly Option Universal = new(
        "universal",
        OptionKind.Flag,
        "Pin for every platform and later Python at once"
    )
    {
        Opposite = "no-universal",
    };
    public static readonly Option GenerateHashes = new(
        "generate-hashes",
        OptionKind.Flag,
        "Write the digests of all files"
    )
    {
        Opposite = "no-generate-hashes",
    };
    public static readonly Option StripExtras = new(
        "strip-extras",
        OptionKind.Flag,
        "Leave extras out of the lines (the default)"
    )
    {
        Opposite = "no-strip-extras",
    };
    public static readonly Option StripMarkers = new(
        "strip-markers",
        OptionKind.Flag,
        "Leave markers out of the lines (the default)"
    )
    {
        Opposite = "no-strip-markers",
    };
    public static readonly Option NoAnnotate = new(
        "no-annotate",
        OptionKind.Flag,
        "Do not say what asked for each line"
    )
    {
        Opposite = "annotate",
    };
    public static readonly Option AnnotationStyle = new("annotation-style", OptionKind.Value, "Where to say it")
    {
        ValueName = "STYLE",
        Choices = ["split", "line"],
    };
    public static readonly Option NoHeader = new("no-header", OptionKind.Flag, "Leave the header out")
    {
        Opposite = "header",
    };
    public static readonly Option CustomCommand = new(
        "custom-compile-command",
        OptionKind.Value,
        "The command that the header names"
    )
    {
        ValueName = "TEXT",
        Variable = "CUSTOM_COMPILE_COMMAND",
    };
    public static readonly Option NoEmitPackage = new(
        "no-emit-package",
        OptionKind.Values,
        "Leave this package out of the output"
    )
    {
        Aliases = ["unsafe-package"],
        ValueName = "PACKAGE",
    };
    public static readonly Option EmitIndexUrl = new(
        "emit-index-url",
        OptionKind.Flag,
        "Write the index URLs at the top"
    );
    public static readonly Option EmitFindLinks = new(
        "emit-find-links",
        OptionKind.Flag,
        "Write the find-links at the top"
    );
    public static readonly Option EmitBuildOptions = new(
        "emit-build-options",
        OptionKind.Flag,
        "Write --no-binary and --only-binary at the top"
    );
    public static readonly Option EmitIndexAnnotation = new(
        "emit-index-annotation",
        OptionKind.Flag,
        "Say which index each line came from"
    );
    public static readonly Option Check = new(
        "check",
        OptionKind.Flag,
        "Write nothing; fail when the file would change"
    );
    public static readonly Option Config = new(
        "config",
        OptionKind.Value,
        "Read defaults from this file, not from pyproject.toml"
    )
    {
        ValueName = "FILE",
    };
    public static readonly Option NoConfig = new(
        "no-config",
        OptionKind.Flag,
        "Read no defaults from [tool.pip-tools]"
    );

    /// <summary>All options of the command.</summary>
    public static ImmutableArray<Option> All =>
        [
            OutputFile,
            Format,
            Universal,
            GenerateHashes,
            StripExtras,
            StripMarkers,
            NoAnnotate,
            AnnotationStyle,
            NoHeader,
            CustomCommand,
            NoEmitPackage,
            EmitIndexUrl,
            EmitFindLinks,
            EmitBuildOptions,
            EmitIndexAnnotation,
            Check,
            PipOptions.DryRun,
            Config,
            NoConfig,
            .. PipOptions.Sources,
            PipOptions.NoDeps,
            .. PipOptions.Upgrades,
            .. PipOptions.Freshness,
            .. PipOptions.Indexes,
            .. PipOptions.Selection,
            .. PipOptions.Binaries,
            PipOptions.Python,
            PipOptions.System,
            .. PipOptions.Machine,
            .. ForeignOptions.Compile,
        ];

    /// <summary>The user's command as it can be typed again, without passwords and without what only looks.</summary>
    public static string CommandLine(ParsedArguments arguments)
    {
        string[] looking = [$"--{Check.Name}", $"--{PipOptions.DryRun.Name}"];
        return "krait "
            + string.Join(
                ' ',
                arguments.Words.Where(word => !looking.Contains(word, StringComparer.Ordinal)).Select(Quote)
            );
    }

    private static string Quote(string word)
    {
        const string Harmless = "-_./:=@%+,^";
        var safe = Index.SafeUrl.Redact(word);
        var isPlain =
            safe.Length > 0
            && safe.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal));
        return isPlain ? safe : $"'{safe.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
