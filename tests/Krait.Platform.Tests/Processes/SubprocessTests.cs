using Krait.Packaging.Text;
using Krait.Platform.Processes;
using Krait.Testing;

namespace Krait.Platform.Tests.Processes;

public sealed class SubprocessTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_are_a_list_and_both_outputs_are_captured()
    {
        var log = new EventLog<OutputLine>();
        var program = new Subprocess("sh")
        {
            Arguments = ["-c", "echo \"$1\"; echo oops >&2; cat; exit 3", "sh", "a 'b' $HOME"],
        };
        var result = await program.RunAsync(log, Token);
        Assert.Equal(new SubprocessResult(3, "a 'b' $HOME\n", "oops\n"), result);
        Assert.Contains(new OutputLine("oops", IsError: true), log.Events);
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_killed_with_what_it_started()
    {
        var program = new Subprocess("sh")
        {
            Arguments = ["-c", "sleep 60 & wait"],
            Limit = TimeSpan.FromMilliseconds(100),
        };
        var error = await Assert.ThrowsAsync<KraitException>(() => program.RunAsync(null, Token));
        Assert.Equal("process-timeout", error.Diagnostic.Code);
    }

    [Fact]
    public async Task Only_the_end_of_a_long_output_is_kept()
    {
        var program = new Subprocess("sh")
        {
            Arguments = ["-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done; echo end"],
            OutputLimit = 1000,
        };
        var result = await program.RunAsync(null, Token);
        Assert.InRange(result.Output.Length, 1000, 1100);
        Assert.EndsWith("end\n", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("[219004 characters dropped]", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            new Subprocess("/no/such/program").RunAsync(null, Token)
        );
        Assert.Contains("`/no/such/program`: it was not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_is_what_is_given()
    {
        var program = new Subprocess("/usr/bin/env")
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ONLY"] = "this" },
        };
        Assert.Equal("ONLY=this\n", (await program.RunAsync(null, Token)).Output);
    }
}
