using Krait.Cli.Arguments;
using Krait.Installer.Execution;

namespace Krait.Cli.Commands;

/// <summary>Turns the options on installing into a request.</summary>
internal static class InstallArguments
{
    public static InstallOptions Options(ParsedArguments arguments) =>
        new()
        {
            LinkMode = arguments.Value(PipOptions.LinkMode)?.ToLowerInvariant() switch
            {
                "copy" => LinkMode.Copy,
                _ => LinkMode.HardLink,
            },
            CompilesBytecode = arguments.IsOn(PipOptions.CompileBytecode) && !arguments.IsOn(PipOptions.NoCompile),
        };
}
