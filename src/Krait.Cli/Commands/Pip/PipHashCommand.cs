using System.Security.Cryptography;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip hash`: the hashes of files, as lines for a requirements file.</summary>
internal static class PipHashCommand
{
    private static readonly Option Algorithm = new("algorithm", OptionKind.Value, "Use this hash algorithm")
    {
        Short = 'a',
        Default = "sha256",
        ValueName = "NAME",
        Choices = ["sha256", "sha384", "sha512"],
    };

    public static Command Command { get; } =
        new("pip hash", "Compute hashes of distribution files for requirements files")
        {
            Positional = new Positional("FILE", IsRequired: true, IsRepeatable: true),
            Options = () => [Algorithm],
            UsesSettings = false,
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var name = arguments.Value(Algorithm)?.ToLowerInvariant() ?? "sha256";
        foreach (var file in arguments.Positionals)
        {
            var path = Path.GetFullPath(file, context.WorkingFolder);
            if (
                FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None
                || status.Kind != FileKind.File
            )
            {
                throw new KraitException(new Diagnostic("no-file", $"`{file}` does not exist"));
            }

            await using var stream = PlainFile.OpenRead(path);
            var digest = name switch
            {
                "sha384" => await SHA384.HashDataAsync(stream, cancellationToken),
                "sha512" => await SHA512.HashDataAsync(stream, cancellationToken),
                _ => await SHA256.HashDataAsync(stream, cancellationToken),
            };
            context.Terminal.WriteResult($"{file}:\n--hash={name}:{Convert.ToHexStringLower(digest)}");
        }

        return ExitCodes.Done;
    }
}
