namespace Krait.Cli.Tests;

/// <summary>What a command said.</summary>
internal sealed record Answer(int Code, string Output, string Error)
{
    /// <summary>This answer, when the command succeeded; else the test fails with everything it said.</summary>
    public Answer Succeeded()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>This answer, when the command failed with an exit code and these words.</summary>
    public Answer Failed(int code, params ReadOnlySpan<string> says)
    {
        Assert.True(Code == code, $"exit code {Code}\n{Output}\n{Error}");
        foreach (var words in says)
            Assert.Contains(words, Error);
        return this;
    }

    /// <summary>The lines of the output that are neither comments nor empty.</summary>
    public string[] Pins() =>
        [
            .. Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => !line.StartsWith('#')),
        ];
}
