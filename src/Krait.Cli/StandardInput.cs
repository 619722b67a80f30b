namespace Krait.Cli;

/// <summary>What is piped into the process.</summary>
internal static class StandardInput
{
    /// <summary>Reads it to its end.</summary>
    public static async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        using var content = new MemoryStream();
        await input.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }
}
