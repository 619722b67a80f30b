using System.Collections.Immutable;
using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of `krait pip compile` alone.</summary>
internal static class CompileOptions
{
    public static readonly Option OutputFile = new(
        "output-file",
        OptionKind.Value,
        "Write to this file, keeping its pins where they still fit"
    )
    {
        Content = OptionContent.Path,
        Short = 'o',
        ValueName = "FILE",
    };
    public static readonly Option Format = new("format", OptionKind.Value, "Choose the format of the output")
    {
        ValueName = "FORMAT",
        Choices = ["requirements.txt", "pylock.toml"],
    };
    public static readonly Option Universal = new(
        "universal",
        OptionKind.Flag,
        "Pin for every platform and newer Python at once"
    )
    {
        Opposite = "no-universal",
    };
    public static readonly Option GenerateHashes = new(
        "generate-hashes",
        OptionKind.Flag,
        "Add the hashes of all files"
    )
    {
        Opposite = "no-generate-hashes",
    };
    public static readonly Option StripExtras = new(
        "strip-extras",
        OptionKind.Flag,
        "Leave extras out of the lines [default: on]"
    )
    {
        IsOnByDefault = true,
        Opposite = "no-strip-extras",
    };
    public static readonly Option StripMarkers = new(
        "strip-markers",
        OptionKind.Flag,
        "Leave markers out of the lines [default: on]"
    )
    {
        IsOnByDefault = true,
        Opposite = "no-strip-markers",
    };
    public static readonly Option NoAnnotate = new(
        "no-annotate",
        OptionKind.Flag,
        "Omit the comments on what requires each package"
    )
    {
        Opposite = "annotate",
    };
    public static readonly Option AnnotationStyle = new(
        "annotation-style",
        OptionKind.Value,
        "Choose where these comments stand"
    )
    {
        Default = "split",
        ValueName = "STYLE",
        Choices = ["split", "line"],
    };
    public static readonly Option NoHeader = new("no-header", OptionKind.Flag, "Omit the header")
    {
        Opposite = "header",
    };
    public static readonly Option CustomCommand = new(
        "custom-compile-command",
        OptionKind.Value,
        "Show this command in the header"
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
        ValueName = "PACKAGE",
    };
    public static readonly Option UnsafePackage = new(
        "unsafe-package",
        OptionKind.Values,
        "Leave this package out of the output unless --allow-unsafe is given (as in pip-compile)"
    )
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option NoAllowUnsafe = new(
        "no-allow-unsafe",
        OptionKind.Flag,
        "Leave out the packages that pip-compile calls unsafe: pip, setuptools, distribute, and each --unsafe-package"
    )
    {
        Opposite = "allow-unsafe",
    };
    public static readonly Option EmitIndexUrl = new(
        "emit-index-url",
        OptionKind.Flag,
        "Write the index URLs at the top"
    )
    {
        Opposite = "no-emit-index-url",
    };
    public static readonly Option EmitFindLinks = new(
        "emit-find-links",
        OptionKind.Flag,
        "Write the find-links at the top"
    )
    {
        Opposite = "no-emit-find-links",
    };
    public static readonly Option EmitTrustedHost = new(
        "emit-trusted-host",
        OptionKind.Flag,
        "Write the trusted hosts at the top"
    )
    {
        Opposite = "no-emit-trusted-host",
    };
    public static readonly Option EmitBuildOptions = new(
        "emit-build-options",
        OptionKind.Flag,
        "Write --no-binary and --only-binary at the top"
    )
    {
        Opposite = "no-emit-build-options",
    };
    public static readonly Option EmitOptions = new(
        "emit-options",
        OptionKind.Flag,
        "Write all options of this kind at the top"
    )
    {
        Opposite = "no-emit-options",
    };
    public static readonly Option EmitMarkerExpression = new(
        "emit-marker-expression",
        OptionKind.Flag,
        "Write the environment that the pins are for at the top"
    )
    {
        Opposite = "no-emit-marker-expression",
    };
    public static readonly Option EmitIndexAnnotation = new(
        "emit-index-annotation",
        OptionKind.Flag,
        "Add the index that each package came from"
    )
    {
        Opposite = "no-emit-index-annotation",
    };
    public static readonly Option Check = new(
        "check",
        OptionKind.Flag,
        "Write nothing, and fail if the file would change"
    );
    public static readonly Option Newline = new("newline", OptionKind.Value, "Choose how lines end")
    {
        Default = "preserve",
        ValueName = "STYLE",
        Choices = ["lf", "crlf", "native", "preserve"],
    };
    public static readonly Option ReuseHashes = new(
        "reuse-hashes",
        OptionKind.Flag,
        "Keep the hashes of unchanged pins, even if the index has more by now"
    )
    {
        Opposite = "no-reuse-hashes",
    };
    public static readonly Option Rebuild = new(
        "rebuild",
        OptionKind.Flag,
        "Check the index again for everything in the cache"
    )
    {
        Short = 'r',
        IsHidden = true,
    };
    public static readonly Option PipArguments = new(
        "pip-args",
        OptionKind.Values,
        "Pass more options in one string, as for pip"
    )
    {
        ValueName = "TEXT",
        IsHidden = true,
    };
    public static readonly Option Config = new(
        "config",
        OptionKind.Value,
        "Read [tool.pip-tools] from this file instead of .pip-tools.toml or pyproject.toml"
    )
    {
        Content = OptionContent.Path,
        ValueName = "FILE",
    };

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
            UnsafePackage,
            NoAllowUnsafe,
            EmitIndexUrl,
            EmitFindLinks,
            EmitTrustedHost,
            EmitBuildOptions,
            EmitOptions,
            EmitMarkerExpression,
            EmitIndexAnnotation,
            Newline,
            ReuseHashes,
            Check,
            PipOptions.DryRunOfTools,
            Rebuild,
            PipArguments,
            Config,
            .. PipOptions.Sources,
            PipOptions.NoDeps,
            .. PipOptions.Upgrades,
            .. PipOptions.Freshness,
            .. IndexOptions.All,
            .. SelectionOptions.All,
            .. PipOptions.Binaries,
            PipOptions.Python,
            PipOptions.System,
            .. PipOptions.Machine,
            GlobalOptions.Isolated,
            ForeignOptions.Project,
            .. ForeignOptions.Compile,
        ];
}
