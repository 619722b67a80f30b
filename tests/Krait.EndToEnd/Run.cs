using System.Diagnostics;

namespace Krait.EndToEnd;

/// <summary>What a finished program said.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    /// <summary>Starts a program, waits for its end and keeps what it said; it is killed after two minutes.</summary>
    /// <param name="program">The executable.</param>
    /// <param name="arguments">Its arguments, passed as they are.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="variables">Variables added to its environment; a null value removes one.</param>
    public static async Task<Run> StartAsync(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string?>? variables = null
    )
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder ?? Environment.CurrentDirectory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
            process.StartInfo.Environment[name] = value;
        process.Start();
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var killer = limit.Token.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Run(process.ExitCode, await output, await error);
    }

    /// <summary>This run, when it succeeded; else the test fails with everything it said.</summary>
    public Run Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }
}
