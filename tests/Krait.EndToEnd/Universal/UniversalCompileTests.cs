namespace Krait.EndToEnd.Universal;

/// <summary>
/// Answers for all platforms and Pythons, made by the executable: right in every environment, those of the recording, and the same
/// again.
/// </summary>
public sealed class UniversalCompileTests(RecordedIndex index)
{
    /// <summary>Differences that may be listed: 3 in 100 lines.</summary>
    private const double MaximalShare = 0.03;

    public static TheoryData<string, string> Workloads { get; } =
        new()
        {
            { "airflow", "3.10" },
            { "boto3-old-urllib3", "3.10" },
            { "developer-tools", "3.9" },
            { "django-shop", "3.9" },
            { "fastapi-service", "3.9" },
            { "flask", "3.9" },
            { "jupyter", "3.9" },
            { "science", "3.9" },
            { "trio-docs", "3.9" },
        };

    [Theory]
    [MemberData(nameof(Workloads))]
    public async Task Is_right_everywhere_and_the_same_again(string workload, string python)
    {
        var shared = Machine.RequireShared();
        using var sandbox = new Sandbox(index.Trust);
        var input = Path.Combine(shared, "pypi", "workloads", $"{workload}.in");
        var output = sandbox.At("locked.txt");
        (await sandbox.KraitAsync(Arguments(python, input, output))).Succeeded();
        var answer = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);

        var request = await File.ReadAllLinesAsync(input, TestContext.Current.CancellationToken);
        var check = new AnswerCheck((name, version) => Release.Read(index.Tree, name, version));
        Assert.Empty(check.Problems(request, answer, PlainEnvironment.From(python)));

        var recorded = Path.Combine(shared, "pypi", "expected", $"{workload}-{python}-universal.txt");
        ExpectSameLines(
            $"{workload}-{python}-universal",
            await File.ReadAllLinesAsync(recorded, TestContext.Current.CancellationToken),
            answer
        );

        (await sandbox.KraitAsync(Arguments(python, input, output))).Succeeded();
        Assert.Equal(answer, await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken));
    }

    /// <summary>Equal line by line but for what is listed; and what is listed must differ, and be little.</summary>
    private static void ExpectSameLines(string name, string[] expected, string[] actual)
    {
        var listed = ListedDifferences.Of(name);
        var differences = expected
            .Except(actual, StringComparer.Ordinal)
            .Select(line => $"- {line}")
            .Concat(actual.Except(expected, StringComparer.Ordinal).Select(line => $"+ {line}"));
        Assert.Equal(listed.Order(StringComparer.Ordinal), differences.Order(StringComparer.Ordinal));
        Assert.True(listed.Length / 2.0 <= MaximalShare * expected.Length, $"{listed.Length} differences are too many");
        if (listed.Length == 0)
            Assert.Equal(expected, actual); // their order too
    }

    private string[] Arguments(string python, string input, string output) =>
        [
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--no-header",
            "--no-annotate",
            "--python-version",
            python,
            "--index-url",
            index.Url("h2"),
            "--output-file",
            output,
            input,
        ];
}
