using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Resolver.Tests.Driving;

/// <summary>Random small universes, against a search that tries everything.</summary>
public sealed class OracleTests
{
    private static readonly string[] Markers =
    [
        "sys_platform == 'linux'",
        "sys_platform == 'win32'",
        "sys_platform != 'win32'",
        "python_version < '3.12'",
        "python_version >= '3.11'",
    ];

    [Theory(Timeout = 120_000)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(2000)]
    [InlineData(3000)]
    public async Task Agrees_with_exhaustive_search_for_one_environment(int firstSeed)
    {
        var target = (ResolutionTarget.Specific)Workload.TargetOf("3.12", 36);
        for (var seed = firstSeed; seed < firstSeed + 1000; seed++)
        {
            var universe = Universe.Create(seed, Markers);
            var oracle = new Oracle(universe, target.Environment);
            var outcome = await SolveAsync(universe, target);
            var isSolvable = oracle.IsSolvable();
            Assert.True(
                isSolvable == outcome is ResolutionOutcome.Solved,
                $"seed {seed}: solvable is {isSolvable}\n{universe}"
            );
            if (outcome is ResolutionOutcome.Solved solved)
            {
                var chosen = solved.Resolution.Packages.ToDictionary(
                    p => p.Name.Value,
                    p => p.Version,
                    StringComparer.Ordinal
                );
                Assert.True(oracle.Check(chosen) is null, $"seed {seed}: {oracle.Check(chosen)}\n{universe}");
            }
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(10_000)]
    [InlineData(11_000)]
    public async Task Is_right_in_every_environment_when_it_solves_for_all(int firstSeed)
    {
        var target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10"));
        var solvedCount = 0;
        for (var seed = firstSeed; seed < firstSeed + 1000; seed++)
        {
            var universe = Universe.Create(seed, Markers);
            var outcome = await SolveAsync(universe, target);
            if (outcome is not ResolutionOutcome.Solved solved)
                continue;
            solvedCount++;
            foreach (var environment in Environments())
            {
                var chosen = new Dictionary<string, Version>(StringComparer.Ordinal);
                foreach (var package in solved.Resolution.Packages.Where(p => p.Marker.Evaluate(environment)))
                {
                    var isFirst = chosen.TryAdd(package.Name.Value, package.Version);
                    Assert.True(isFirst, $"seed {seed}: {package.Name} twice\n{universe}");
                }

                var problem = new Oracle(universe, environment).Check(chosen);
                var where = $"{environment.SysPlatform} {environment.PythonFullVersion}";
                Assert.True(
                    problem is null,
                    $"seed {seed}, {where}: {problem}\n{universe}\n{Print(solved.Resolution)}"
                );
            }
        }

        Assert.True(solvedCount > 300, $"only {solvedCount} were solvable");
    }

    [Fact(Timeout = 120_000)]
    public async Task Gives_one_answer_in_whatever_order_the_index_answers()
    {
        var target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10"));
        for (var seed = 20_000; seed < 20_050; seed++)
        {
            var universe = Universe.Create(seed, Markers);
            var expected = Print(await SolveAsync(universe, target));
            for (var order = 0; order < 5; order++)
            {
                var rounds = new Rounds(universe.ToIndex()) { Shuffle = new Random(order) };
                var outcome = await rounds.Run(() =>
                    new PythonResolver(rounds).ResolveAsync(universe.ToRequest(target), CancellationToken.None)
                );
                Assert.Equal(expected, Print(outcome));
            }
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gives_the_answer_that_it_gives_without_what_it_remembers(bool isUniversal)
    {
        ResolutionTarget target = isUniversal
            ? new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10"))
            : Workload.TargetOf("3.12", 36);
        for (var seed = 40_000; seed < 40_300; seed++)
        {
            var universe = Universe.Create(seed, Markers);
            // The same names with other versions and requirements, and names that are gone.
            var earlier = Universe.Create(seed + 1, Markers).ToIndex();
            var request = universe.ToRequest(target) with
            {
                Expected = [PackageName.Parse("p1"), PackageName.Parse("p5"), PackageName.Parse("gone")],
            };
            var rounds = new Rounds(universe.ToIndex(earlier)) { Shuffle = new Random(seed) };
            var outcome = await rounds.Run(() =>
                new PythonResolver(rounds).ResolveAsync(request, CancellationToken.None)
            );
            Assert.Equal(Print(await SolveAsync(universe, target)), Print(outcome));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Gives_one_answer_for_all_environments_in_whatever_order_the_request_is_written()
    {
        var target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10"));
        var token = TestContext.Current.CancellationToken;
        for (var seed = 30_000; seed < 30_500; seed++)
        {
            var universe = Universe.Create(seed, Markers);
            var request = universe.ToRequest(target);
            var first = await SolveAsync(universe, target);
            for (var order = 0; order < 3; order++)
            {
                var shuffled = request.Requirements.ToArray();
                new Random(order).Shuffle(shuffled);
                var outcome = await new PythonResolver(universe.ToIndex()).ResolveAsync(
                    request with
                    {
                        Requirements = [.. shuffled],
                    },
                    token
                );
                // Messages name requirements in the order in which they are written.
                var isSame =
                    outcome is ResolutionOutcome.NoSolution
                        ? first is ResolutionOutcome.NoSolution
                        : Print(first) == Print(outcome);
                Assert.True(isSame, $"seed {seed}, order {order}\n{universe}\n{Print(outcome)}\nnot\n{Print(first)}");
            }
        }
    }

    private static Task<ResolutionOutcome> SolveAsync(Universe universe, ResolutionTarget target) =>
        new PythonResolver(universe.ToIndex()).ResolveAsync(
            universe.ToRequest(target),
            TestContext.Current.CancellationToken
        );

    private static string Print(ResolutionOutcome outcome) =>
        outcome switch
        {
            ResolutionOutcome.Solved solved => Print(solved.Resolution),
            ResolutionOutcome.NoSolution none => string.Join(
                '\n',
                [
                    none.Explanation.Diagnostic.Message,
                    .. none.Explanation.Diagnostic.Notes,
                    .. none.Explanation.Diagnostic.Hints.Select(hint => hint.ToString()),
                ]
            ),
            _ => "",
        };

    private static string Print(Resolution resolution) =>
        string.Join('\n', resolution.Packages.Select(p => $"{p.Candidate} ; {p.Marker}"));

    private static IEnumerable<MarkerEnvironment> Environments() =>
        from platform in new[] { "linux", "win32", "darwin" }
        from python in new[] { "3.10", "3.11", "3.12", "3.13" }
        select ((ResolutionTarget.Specific)Workload.TargetOf(python, 36)).Environment with
        {
            SysPlatform = platform,
        };
}
