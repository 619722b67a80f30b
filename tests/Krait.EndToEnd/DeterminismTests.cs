namespace Krait.EndToEnd;

/// <summary>The same request gives the same bytes: whatever the order of its lines, the cache, and the speed of the index.</summary>
public sealed class DeterminismTests(RecordedIndex index)
{
    private static readonly string[] Transports = ["h2", "http", "delayed"];

    [Theory]
    [InlineData("trio-docs", "3.12", false)]
    [InlineData("trio-docs", "3.9", true)]
    [InlineData("developer-tools", "3.12", false)]
    [InlineData("django-shop", "3.9", true)]
    public async Task Line_order_cache_and_delays_change_no_byte(string workload, string python, bool isUniversal)
    {
        var input = Path.Combine(Machine.RequireShared(), "pypi", "workloads", $"{workload}.in");
        var lines = await File.ReadAllLinesAsync(input, TestContext.Current.CancellationToken);
        using var sandbox = new Sandbox(index.Trust);
        string? first = null;
        foreach (var (number, transport) in Transports.Index())
        {
            new Random(number).Shuffle(lines);
            var file = sandbox.Write("requirements.in", string.Join('\n', lines) + "\n");
            var run = await CompileAsync(sandbox, file, python, isUniversal, transport);
            first ??= run.Output;
            Assert.Equal(first, run.Output);
            ForgetSome(sandbox.Cache, new Random(number));
        }
    }

    [Theory]
    [InlineData("flask", "3.12", "highest")]
    [InlineData("jupyter", "3.12", "lowest")]
    [InlineData("fastapi-service", "3.12", "lowest-direct")]
    public async Task Compiling_onto_the_result_changes_no_byte(string workload, string python, string mode)
    {
        var input = Path.Combine(Machine.RequireShared(), "pypi", "workloads", $"{workload}.in");
        using var sandbox = new Sandbox(index.Trust);
        var output = sandbox.At("requirements.txt");
        string[] options =
        [
            "--resolution",
            mode,
            "--only-binary",
            ":all:",
            "--generate-hashes",
            "--output-file",
            output,
        ];
        (await CompileAsync(sandbox, input, python, isUniversal: false, "h2", options)).Succeeded();
        var first = await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken);
        (await CompileAsync(sandbox, input, python, isUniversal: false, "h2", options)).Succeeded();
        Assert.Equal(first, await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken));
    }

    private async Task<Run> CompileAsync(
        Sandbox sandbox,
        string input,
        string python,
        bool isUniversal,
        string transport,
        params string[] options
    ) =>
        (
            await sandbox.KraitAsync([
                "pip",
                "compile",
                "--quiet",
                "--no-header",
                "--python-version",
                python,
                "--index-url",
                index.Url(transport),
                .. isUniversal ? new[] { "--universal" } : [],
                .. options,
                input,
            ])
        ).Succeeded();

    /// <summary>Loses a random half of a cache.</summary>
    private static void ForgetSome(string cache, Random random)
    {
        foreach (var file in Directory.GetFiles(cache, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (random.Next(2) == 0)
                File.Delete(file);
        }
    }
}
