namespace Krait.EndToEnd.Universal;

/// <summary>The judge of answers passes what is right and finds what is wrong.</summary>
public sealed class AnswerCheckTests(RecordedIndex index)
{
    private const string Right = """
        app==1.0
        lib==1.0 ; python_full_version < '3.12'
        lib==2.0 ; python_full_version >= '3.12'
        colors==0.4 ; sys_platform == 'win32'
        fast==1.0 ; platform_python_implementation == 'CPython'
        """;

    private static readonly Dictionary<string, string[]> Index = new(StringComparer.Ordinal)
    {
        ["app 1.0"] =
        [
            "Requires-Dist: lib>=1",
            "Requires-Dist: Colors (>=0.3) ; sys_platform == \"win32\"",
            "Requires-Dist: fast; extra == 'speed' and platform_python_implementation != 'PyPy'",
            "Requires-Dist: never ; extra == 'docs'",
        ],
        ["lib 1.0"] = [],
        ["lib 2.0"] = ["Requires-Python: >=3.12"],
        ["colors 0.4"] = [],
        ["fast 1.0"] = [],
    };

    [Fact]
    public void A_right_answer_passes() => Assert.Empty(Problems("app[speed]", Right));

    [Theory]
    [InlineData("app==1.0", "nothing is pinned")]
    [InlineData("lib==1.0 ; python_full_version < '3.12'", "asks for lib>=1, and nothing is pinned")]
    [InlineData("colors==0.4 ; sys_platform == 'win32'", "asks for Colors (>=0.3)")]
    [InlineData("fast==1.0 ; platform_python_implementation == 'CPython'", "asks for fast")]
    public void A_line_that_is_missing_is_found(string line, string problem)
    {
        var answer = string.Join('\n', Right.Split('\n').Where(other => other.Trim() != line));
        Assert.Contains(Problems("app[speed]", answer), text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    // Both versions of lib hold on Python 3.11 and 3.12.
    [InlineData("< '3.12'", "< '3.13'", "hold at once")]
    // Nothing is pinned on Python 3.11.
    [InlineData("< '3.12'", "< '3.11'", "and nothing is pinned (CPython 3.11.0 on linux x86_64)")]
    // A version where its Python is not.
    [InlineData("lib==1.0", "lib==2.0", "lib 2.0 needs Python >=3.12")]
    // A version that the request forbids, one that the index does not have, and one that nothing asks for.
    [InlineData("colors==0.4", "colors==0.2", "asks for Colors (>=0.3)")]
    [InlineData("lib==1.0", "lib==1.5", "no metadata of lib 1.5")]
    [InlineData(" ; sys_platform == 'win32'", "", "nothing asks for colors==0.4")]
    public void A_line_that_is_wrong_is_found(string right, string wrong, string problem)
    {
        var answer = Right.Replace(right, wrong);
        Assert.NotEqual(Right, answer);
        Assert.Contains(Problems("app[speed]", answer), text => text.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Any_line_that_a_recorded_answer_loses_is_missed()
    {
        var shared = Path.Combine(Machine.RequireShared(), "pypi");
        var token = TestContext.Current.CancellationToken;
        var request = await File.ReadAllLinesAsync(Path.Combine(shared, "workloads", "trio-docs.in"), token);
        var answer = await File.ReadAllLinesAsync(
            Path.Combine(shared, "expected", "trio-docs-3.9-universal.txt"),
            token
        );
        var check = new AnswerCheck((name, version) => Release.Read(index.Tree, name, version));
        var environments = PlainEnvironment.From("3.9").ToList();
        Assert.Empty(check.Problems(request, answer, environments));
        Assert.All(answer, line => Assert.NotEmpty(check.Problems(request, answer.Except([line]), environments)));
    }

    [Fact]
    public void A_yanked_version_is_found_unless_it_is_asked_for()
    {
        var check = new AnswerCheck((_, _) => Release.Parse([], isYanked: true));
        Assert.NotEmpty(check.Problems(["lib"], ["lib==1.0"], PlainEnvironment.From("3.12")));
        Assert.Empty(check.Problems(["lib==1.0"], ["lib==1.0"], PlainEnvironment.From("3.12")));
    }

    [Theory]
    [InlineData("python_version >= '3.9'", true)] // numbers, not text: 3.10 is newer than 3.9
    [InlineData("'3.9' < python_version", true)]
    [InlineData("python_full_version < '3.10.1'", true)]
    [InlineData("python_version in '2.7 3.9'", false)]
    [InlineData("sys_platform == 'linux' and (os_name == 'nt' or platform_machine != 'arm64')", true)]
    [InlineData("os_name == 'posix' or os_name == 'nt' and sys_platform == 'win32'", true)]
    [InlineData("'linux' not in sys_platform", false)]
    [InlineData("extra == 'A_b'", true)]
    [InlineData("platform_python_implementation == \"PyPy\"", false)]
    public void Markers_hold_as_the_specification_says(string text, bool expected)
    {
        var environment = PlainEnvironment.From("3.10").First();
        Assert.Equal("CPython 3.10.0 on linux x86_64", environment.ToString());
        Assert.Equal(expected, PlainMarker.Parse(text).Holds(environment, "a-b"));
    }

    [Theory]
    [InlineData("python_version >")]
    [InlineData("(os_name == 'nt'")]
    [InlineData("os_name == 'nt' os_name")]
    [InlineData("os_name == 'nt' & os_name == 'nt'")]
    public void What_is_no_marker_is_refused(string text) =>
        Assert.Throws<FormatException>(() => PlainMarker.Parse(text));

    private static IReadOnlyCollection<string> Problems(string request, string answer) =>
        new AnswerCheck(
            (name, version) => Index.TryGetValue($"{name} {version}", out var lines) ? Release.Parse(lines) : null
        ).Problems([request], answer.Split('\n'), PlainEnvironment.From("3.10"));
}
