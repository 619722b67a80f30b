using System.Globalization;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Cli;

/// <summary>What is piped into the process.</summary>
internal static class StandardInput
{
    /// <summary>Reads it to its end.</summary>
    /// <exception cref="KraitException">It is longer than any list of requirements (unusable input).</exception>
    public static async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        return await ReadAsync(input, PlainFile.LargestText, cancellationToken);
    }

    /// <summary>Reads a stream to its end, or to a limit.</summary>
    /// <exception cref="KraitException">It goes on beyond the limit (unusable input).</exception>
    internal static async Task<byte[]> ReadAsync(Stream input, int limit, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var part = new byte[64 * 1024];
        while (await input.ReadAsync(part, cancellationToken) is var read and > 0)
        {
            if (content.Length + read > limit)
                throw TooLong(limit);
            await content.WriteAsync(part.AsMemory(0, read), cancellationToken);
        }

        return content.ToArray();
    }

    private static KraitException TooLong(int limit)
    {
        var size = (limit / 1024 / 1024).ToString(CultureInfo.InvariantCulture);
        return new KraitException(
            new Diagnostic("unreadable-input", $"cannot read standard input: it is larger than {size} MiB")
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }
}
