namespace Krait.EndToEnd;

/// <summary>The answers that uv and pip give on the recorded index are krait's answers.</summary>
public sealed class RecordedCompileTests(RecordedIndex index)
{
    // What these need must be built to be known.
    private static readonly string[] NeedBuilds = ["celery-2018", "sdist-only", "sdist-backends"];

    public static TheoryData<string> Answers
    {
        get
        {
            var answers = new TheoryData<string>();
            if (Machine.Shared is null)
            {
                answers.Add("none");
                return answers;
            }

            var files = Directory
                .GetFiles(Path.Combine(Machine.Shared, "pypi", "expected"), "*.txt")
                .Select(Path.GetFileNameWithoutExtension);
            foreach (var name in files.OfType<string>().Where(IsPlain).Order(StringComparer.Ordinal))
                answers.Add(name);
            return answers;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Compiles_to_the_recorded_answer(string name)
    {
        var shared = Machine.RequireShared();
        var (workload, version, mode) = Split(name);
        using var sandbox = new Sandbox(index.Trust);
        var input = Path.Combine(shared, "pypi", "workloads", $"{workload}.in");
        string[] options = mode is null ? [] : ["--resolution", mode, "--only-binary", ":all:"];
        var run = await sandbox.KraitAsync([
            "pip",
            "compile",
            "--quiet",
            "--no-header",
            "--no-annotate",
            "--index-url",
            index.Url("h2"),
            "--python-version",
            version,
            .. options,
            input,
        ]);
        run.Succeeded();
        var expected = await File.ReadAllTextAsync(
            Path.Combine(shared, "pypi", "expected", $"{name}.txt"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(expected.Trim(), run.Output.Trim());
    }

    private static bool IsPlain(string name) =>
        !NeedBuilds.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        && !name.EndsWith("-universal", StringComparison.Ordinal);

    /// <summary>`django-shop-3.12-lowest-direct` → workload, Python, mode.</summary>
    private static (string Workload, string Version, string? Mode) Split(string name)
    {
        var at = name.IndexOf("-3.", StringComparison.Ordinal);
        var rest = name[(at + 1)..];
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (name[..at], rest, null) : (name[..at], rest[..dash], rest[(dash + 1)..]);
    }
}
